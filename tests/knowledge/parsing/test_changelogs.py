"""Changelogs: versions, dates, categories, and what is not available yet."""
# ruff: noqa: E501  (one file a line)

from datetime import date

import pytest

from knowledge.parsing import parse
from knowledge.parsing.releases import category_of, read_release
from knowledge.types import Entry, Source

TODAY = date(2026, 11, 21)


def read(text: str) -> list[Entry]:
    return list(parse(Source("changelog/a.md", "changelog", ""), text.encode(), today=TODAY).entries)


def test_unreleased_future_and_planned_versions_are_not_available_yet() -> None:
    text = (
        "## [Unreleased]\n- a\n\n## 3.0.0 - 2027-01-01\n- b\n\n## 2.5.0（计划中）\n- c\n\n## 2.0.0 - 2026-01-01\n- d\n"
    )
    assert [(entry.text, entry.released) for entry in read(text)] == [
        ("a", False),
        ("b", False),
        ("c", False),
        ("d", True),
    ]


def test_a_change_carries_version_date_category_address_and_line() -> None:
    (entry,) = read(
        "# Changelog\n\n## [1.1.0](https://x.example/c) - 2026-10-01\n\n### Deprecated\n\n- Old API\n  [#1](https://x.example/1)\n"
    )
    assert (entry.version, entry.updated, entry.category) == ("1.1.0", date(2026, 10, 1), "Deprecated")
    assert (entry.url, entry.line, entry.kind) == ("https://x.example/c", 7, "change")
    assert entry.title == "v1.1.0 · Deprecated · Old API"


def test_groups_of_a_nested_list_stand_before_their_changes() -> None:
    first, second = read("## 1.0.0\n\n- Form\n  - 新增插槽\n  - 修复高度\n")
    assert (first.text, second.text) == ("Form: 新增插槽", "Form: 修复高度")


@pytest.mark.parametrize(
    ("heading", "version", "day"),
    [
        ("[1.2.0] - 2026-10-01", "1.2.0", date(2026, 10, 1)),
        ("v1.2.0-beta.1 (2026-10-01)", "1.2.0-beta.1", date(2026, 10, 1)),
        ("plugin-legacy@1.2.0", "1.2.0", None),
        ("版本 2.3（2026年10月1日）", "2.3", date(2026, 10, 1)),
        ("Deskmate 2.3.0 — October 1, 2026", "2.3.0", date(2026, 10, 1)),
        ("0.12.x (2017-05-02 - 2017-07-10)", "0.12.x", date(2017, 7, 10)),
        ("Version 5", "5", None),
        ("2026-10-01", "2026-10-01", date(2026, 10, 1)),
    ],
)
def test_headings_of_releases_are_known(heading: str, version: str, day: date | None) -> None:
    release = read_release(heading, 1, TODAY)
    assert release is not None
    assert (release.version, release.day) == (version, day)


@pytest.mark.parametrize(
    "heading", ["Fixes since 0.32rc2", "3 步升级", "2024 年总结", "Bug Fixes", "How to install", "1. 登录"]
)
def test_other_headings_are_none(heading: str) -> None:
    assert read_release(heading, 1, TODAY) is None


@pytest.mark.parametrize(
    ("text", "category"),
    [("### Bug Fixes", "Fixed"), ("🐞 修复登录", "Fixed"), ("🔥 Add Listy", "Added"), ("feat", "Added"), ("⚠ BREAKING CHANGES", "Changed"),
     ("移除旧接口", "Removed"), ("安全：升级依赖", "Security"), ("弃用 v1", "Deprecated"), ("Structured messages", "")],
)  # fmt: skip
def test_categories_are_known_in_both_languages(text: str, category: str) -> None:
    assert category_of(text) == category


def test_what_stands_before_the_first_version_is_named() -> None:
    parsed = parse(
        Source("changelog/a.md", "changelog", ""),
        "# 更新\n\n说明。\n\n## 1.0.0 - 2026-01-01\n\n- a\n".encode(),
        today=TODAY,
    )
    assert [(problem.line, problem.code) for problem in parsed.problems] == [(3, "preamble")]


def test_a_file_without_any_version_is_named() -> None:
    parsed = parse(Source("changelog/a.md", "changelog", ""), b"# Notes\n\n- a\n", today=TODAY)
    assert [problem.code for problem in parsed.problems] == ["no_release"]
