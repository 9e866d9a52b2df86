"""Files dropped into a conversation: judged by content, searched there only, gone with it."""

import io
import uuid
import zipfile
from pathlib import Path

import pytest

from knowledge.embedding import BuiltinEmbedder
from knowledge.types import Query
from web.uploads import LARGEST, Shelf, UploadError, judge, safe_stem


def office(*names: str, size: int = 1) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"0" * size)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "suffix"),
    [
        ("价格.csv", "型号,价格\nA1,9\n".encode("gb18030"), ".csv"),
        ("notes.MD", b"# hello", ".md"),
        ("export.txt", "型号\t价格".encode("utf-16"), ".txt"),
        ("renamed.csv", office("xl/workbook.xml"), ".xlsx"),
        ("letter.docx", office("word/document.xml"), ".docx"),
        ("paper", b"%PDF-1.7 ...", ".pdf"),
    ],
)
def test_the_content_decides_what_a_file_is(name: str, data: bytes, suffix: str) -> None:
    assert judge(name, data) == suffix


@pytest.mark.parametrize(
    ("name", "data", "refusal"),
    [
        ("virus.csv", b"MZ\x90\x00\x03\x00\x00\x00", "upload_type"),
        ("page.html", b"<html>", "upload_type"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n", "upload_image"),
        ("archive.xlsx", office("evil.exe"), "upload_type"),
        ("broken.xlsx", b"PK\x03\x04 and nothing", "upload_broken"),
        ("bomb.xlsx", office("xl/workbook.xml", "xl/a", size=60_000_000), "upload_big"),
        ("large.csv", b"a" * (LARGEST + 1), "upload_big"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(name: str, data: bytes, refusal: str) -> None:
    with pytest.raises(UploadError) as refused:
        judge(name, data)
    assert refused.value.key == refusal


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("../../etc/passwd.csv", "passwd"),
        ("C:\\报价 2026.xlsx", "报价 2026"),
        ("..md", "file"),
        ("a/b;rm -rf.md", "b_rm -rf"),
    ],
)
def test_a_file_name_brings_no_path_along(name: str, stem: str) -> None:
    assert safe_stem(name) == stem


def test_a_file_is_found_in_its_conversation_only_and_goes_with_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, BuiltinEmbedder())
    thread, other = str(uuid.uuid4()), str(uuid.uuid4())
    attachments = shelf.open(thread)
    count = attachments.add("报价.csv", "型号,价格,保修\nX900,1280 元,三年\nX700,980 元,一年\n".encode())
    assert count == 2
    context = attachments.knowledge.ground(Query("X900 多少钱"), len)
    assert "1280" in context.passages[0].text
    assert context.passages[0].line == 2
    assert shelf.get(other) is None
    shelf.forget(thread)
    assert not list(tmp_path.rglob("*.csv"))
    assert shelf.get(thread) is None


def test_what_is_kept_of_a_file_is_de_identified(tmp_path: Path) -> None:
    attachments = Shelf(tmp_path, BuiltinEmbedder()).open(str(uuid.uuid4()))
    attachments.add("客户.csv", "问题,回答\n收件人张伟怎么退款,打13800138000找张伟\n".encode())
    passage = attachments.knowledge.ground(Query("怎么退款"), len).passages[0]
    assert (passage.title, passage.text) == ("收件人<NAME_1>怎么退款", "打<PHONE_1>找<NAME_1>")
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".csv"]
    assert not [path for path in kept if b"13800138000" in path.read_bytes() or "张伟".encode() in path.read_bytes()]


def test_a_file_without_entries_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    attachments = Shelf(tmp_path, BuiltinEmbedder()).open(str(uuid.uuid4()))
    with pytest.raises(UploadError) as refused:
        attachments.add("empty.csv", b"\n\n")
    assert refused.value.key == "upload_broken"
    assert not list(tmp_path.rglob("*.csv"))


def test_a_conversation_id_that_is_no_id_opens_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="badly formed"):
        Shelf(tmp_path, BuiltinEmbedder()).open("../../etc")
