"""The optional model: it only adds names; without a model in the folder the remedy is named."""

from pathlib import Path

import pytest

from knowledge.errors import KnowledgeError
from knowledge.scrubbing import Lists, fingerprint, load_lists, scrub


def test_a_second_reader_only_adds_names() -> None:
    def persons(text: str) -> list[tuple[int, int]]:
        at = text.find("Quux")
        return [(at, at + 4)] if at >= 0 else []

    text = "Quux 的电话是13800138000"
    assert scrub(text).text == "Quux 的电话是<PHONE_1>"
    assert scrub(text, lists=Lists(persons=persons)).text == "<NAME_1> 的电话是<PHONE_1>"


def test_lists_are_read_and_count_into_the_version(tmp_path: Path) -> None:
    plain = fingerprint(tmp_path)
    folder = tmp_path / "_scrubbing"
    folder.mkdir()
    (folder / "stop.txt").write_text("# brands\n李宁\n", encoding="utf-8")
    (folder / "deny.txt").write_text("ADDRESS\t翠苑基地\n老地方\n", encoding="utf-8")
    assert load_lists(tmp_path) == Lists(frozenset({"李宁"}), (("ADDRESS", "翠苑基地"), ("", "老地方")))
    assert fingerprint(tmp_path) != plain


def test_a_missing_model_is_named_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "_scrubbing").mkdir()
    (tmp_path / "_scrubbing" / "ner.txt").write_text("model\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="no model there"):
        load_lists(tmp_path)
