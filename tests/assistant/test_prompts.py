"""Prompts: complete in both languages, and a variable that nobody fills fails at start."""

from pathlib import Path

import pytest

from assistant.prompts import LANGUAGES, VARIABLES, PromptError, load_prompts
from assistant.settings import SHIPPED


def test_every_shipped_prompt_uses_each_of_its_variables_in_both_languages() -> None:
    prompts = load_prompts(SHIPPED / "prompts")
    for (name, _), template in prompts.templates.items():
        assert set(template.get_identifiers()) == VARIABLES[name]
    assert set(prompts.templates) == {(name, language) for name in VARIABLES for language in LANGUAGES}


def test_an_unknown_variable_fails_at_start_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "judge.zh.md").write_text("评判 ${anser}", encoding="utf-8")
    with pytest.raises(PromptError, match=r"judge\.zh\.md: unknown variable \$anser; known are"):
        load_prompts(tmp_path)


def test_a_lone_dollar_fails_and_says_how_to_write_it(tmp_path: Path) -> None:
    (tmp_path / "judge.zh.md").write_text("价格 $ 5", encoding="utf-8")
    with pytest.raises(PromptError, match=r"write \$\$"):
        load_prompts(tmp_path)


def test_values_are_never_read_as_templates() -> None:
    prompts = load_prompts(SHIPPED / "prompts")
    text = prompts.render(
        "question", "zh", passages="$question ${nothing}", question="Q", query="Q", today="2026-11-21"
    )
    assert "$question ${nothing}" in text


def test_an_own_prompt_changes_the_fingerprint(tmp_path: Path) -> None:
    shipped = load_prompts(SHIPPED / "prompts")
    (tmp_path / "judge.zh.md").write_text("${question}${facts}${answer}", encoding="utf-8")
    assert load_prompts(tmp_path).fingerprint != shipped.fingerprint
