"""No personal value of any chat log is found again in any byte of the home: index, journal, quarantine, backups."""

import contextlib
import io
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.cli import main
from benchmarks.canaries import plant, scan
from tests.knowledge.homes import write_faq
from tests.knowledge.test_indexing import write_chat

COUNT = 150  # the benchmark plants 1,000


@pytest.fixture(scope="module")
def used_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], str]:
    """A home that was indexed, asked, reported and backed up; its canaries; and what the commands printed."""
    home = tmp_path_factory.mktemp("home")
    canaries = plant(home, COUNT, seed=20260101)
    faq = home / "kb_sources" / "faq" / "a.md"
    faq.parent.mkdir(parents=True)
    faq.write_text("### 怎么退款？\n\n在订单页点退款。\n", encoding="utf-8")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        for command in (
            ["reindex"],
            ["check"],
            ["ask", "--no-model", "退款多久到账？"],
            ["ask", "--no-model", f"我叫{canaries[1]}，电话13800138000，怎么退款？"],
            ["search", "手机收不到短信"],
            ["scrub", "--quarantine"],
            ["gaps"],
            ["backup", str(home / "copies")],
            ["index", "collect"],
        ):
            main([*command, "--home", str(home)])
    return home, canaries, printed.getvalue()


def test_no_canary_is_left_in_any_file_of_the_home(used_home: tuple[Path, list[str], str]) -> None:
    home, canaries, _ = used_home
    copies = home / "copies"  # a backup holds kb_sources as they are; everything else in it must be clean
    found = [(path, value) for path, value in scan(home, canaries) if "kb_sources" not in path]
    assert not found
    assert (home / "index" / "CURRENT").exists()
    assert copies.exists()


def test_no_canary_reaches_the_screen(used_home: tuple[Path, list[str], str]) -> None:
    _, canaries, printed = used_home
    assert not [value for value in canaries if value in printed]


def test_the_scan_finds_what_is_there_in_any_form(tmp_path: Path) -> None:
    import gzip
    import zipfile

    (tmp_path / "a.bin").write_bytes("xx李桂芳yy".encode("utf-16-le"))
    (tmp_path / "b.gz").write_bytes(gzip.compress(b"13812345678"))
    with zipfile.ZipFile(tmp_path / "c.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", "我 a@b.cn")
    assert {value for _, value in scan(tmp_path, ["李桂芳", "13812345678", "a@b.cn", "not there"])} == {
        "李桂芳",
        "13812345678",
        "a@b.cn",
    }


def test_what_left_the_window_is_in_no_byte_after_collecting(tmp_path: Path) -> None:
    said = ("紫水晶套餐怎么办理？", "带上身份证到前台填蓝色表格。")
    write_faq(tmp_path, "billing", {"怎么开发票？": "在费用页开发票。"})
    write_chat(tmp_path, date.today() - timedelta(days=29), *said)
    at = ["--home", str(tmp_path)]
    assert main(["reindex", *at]) == 0
    main(["ask", "--no-model", "前台的表格是什么颜色", *at])
    traces = ("紫水晶", *said)  # words of the lexical index are split, so one word as well
    assert any(path.startswith("index") for path, _ in scan(tmp_path, traces))
    (tmp_path / "kb_sources" / "layers.toml").write_text("[chat_log]\nmax_age = 20\n", encoding="utf-8")
    assert main(["reindex", *at]) == 0
    assert main(["index", "collect", "--keep", "1", *at]) == 0
    assert not [(path, value) for path, value in scan(tmp_path, traces) if not path.startswith("kb_sources")]
