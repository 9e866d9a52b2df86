"""Vectors on a real Chroma server: found as in a folder, dropped with their generation, missed without harm."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.embedding import BuiltinEmbedder
from knowledge.errors import IndexFault
from knowledge.generations import Generations
from knowledge.knowledge_base import KnowledgeBase
from knowledge.types import Query
from tests.knowledge.homes import open_home, write_faq
from tests.outside import Chroma

QUESTION = Query("怎么退款")
ANSWERS = {"怎么退款？": "7 天内可退。", "怎么开发票？": "在费用里申请。", "忘记密码怎么办？": "点忘记密码。"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Chroma]:
    server = Chroma(tmp_path / "chroma")
    server.start()
    yield server
    server.kill()


def open_there(home: Path, server: Chroma) -> KnowledgeBase:
    return KnowledgeBase(home / "kb_sources", home / "there", BuiltinEmbedder(), chroma=server.url)


def found(knowledge: KnowledgeBase) -> list[tuple[str, dict[str, float]]]:
    hits = knowledge.search(QUESTION).hits
    return [(hit.chunk.entry.title, {name: round(score, 4) for name, score in hit.found_by}) for hit in hits]


def test_a_server_holds_the_vectors_and_words_answer_while_it_is_down(tmp_path: Path, server: Chroma) -> None:
    write_faq(tmp_path, "faq", ANSWERS)
    here, there = open_home(tmp_path), open_there(tmp_path, server)
    here.sync()
    live = there.sync().generation
    assert found(there) == found(here)
    server.kill()
    assert found(there)[0] == ("怎么退款？", {"lexical": 1.0})
    assert there.ground(QUESTION, len).generation == f"{live} (words only)"
    write_faq(tmp_path, "more", {"新问题？": "新答案。"})
    with pytest.raises(IndexFault, match="no Chroma server answers"):
        there.sync()
    assert there.generation == live
    server.start()
    with there.reading() as index:
        index.vectors._left_until = 0.0  # the pause is over
    assert "dense" in found(there)[0][1]
    assert there.ground(QUESTION, len).generation == live
    here.close()
    there.close()


def test_the_setting_alone_moves_the_vectors_and_nothing_is_embedded_again(tmp_path: Path, server: Chroma) -> None:
    write_faq(tmp_path, "faq", ANSWERS)
    here = open_home(tmp_path)
    first = here.sync()
    here.close()
    for chroma in (server.url, ""):
        moved = KnowledgeBase(tmp_path / "kb_sources", tmp_path / "index", BuiltinEmbedder(), chroma=chroma)
        report = moved.sync()
        assert (report.switched, report.embedded, report.reused) == (True, 0, 3)
        assert report.generation > first.generation
        assert "dense" in found(moved)[0][1]
        moved.close()


def test_a_generation_takes_its_vectors_with_it(tmp_path: Path, server: Chroma) -> None:
    import chromadb

    there = open_there(tmp_path, server)
    for number in range(2):
        write_faq(tmp_path, f"faq{number}", {f"{question}{number}": answer for question, answer in ANSWERS.items()})
        report = there.sync()
    assert report.reused == len(ANSWERS)
    client = chromadb.HttpClient(port=server.port)
    assert len(client.list_collections()) == 2
    Generations(tmp_path / "there").collect(keep=1)
    assert len(client.list_collections()) == 1
    assert "dense" in found(there)[0][1]
    there.close()
