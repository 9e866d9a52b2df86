"""Documentation that cannot lie: settings, commands and files stand where the docs say they stand."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from assistant import cli
from assistant.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")
PAGES = (*READMES, "ARCHITECTURE.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))))
FLOORS = ("assistant", "knowledge", "engine", "web")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands() -> dict[str, str]:
    """Every command with its one line of help."""
    (group,) = [action for action in cli._parser()._actions if action.dest == "command" or action.choices]
    return {choice.dest: str(choice.help) for choice in group._choices_actions}  # type: ignore[attr-defined]


def test_every_setting_stands_in_the_example_with_its_default() -> None:
    example, defaults = text(".env.example"), Settings(home=Path("."))
    for setting in fields(Settings):
        found = re.search(rf"^#DESKMATE_{setting.name.upper()}=(.*)$", example, re.MULTILINE)
        assert found, f".env.example lacks {setting.name}"
        if setting.name != "home":
            default = getattr(defaults, setting.name)
            assert str(default).lower() == found[1].lower() or float(default) == float(found[1])


@pytest.mark.parametrize("readme", READMES)
def test_every_command_stands_in_the_readme(readme: str) -> None:
    for command in commands():
        assert f"kb {command}" in text(readme), f"{readme} does not mention kb {command}"


@pytest.mark.parametrize("readme", READMES)
def test_the_tree_of_the_readme_names_every_file_and_nothing_else(readme: str) -> None:
    tree = re.search(r"```tree\n(.*?)```", text(readme), re.DOTALL)
    assert tree, f"{readme} has no ```tree block"
    named, folder = set(), ""
    for line in tree[1].splitlines():
        path = line.split()[0] if line.split() else ""
        if path.endswith("/") and not line.startswith(" "):
            folder = path
        elif path.endswith(".py") and line.startswith(" "):
            named.add(folder + path)
    there = {
        path.relative_to(ROOT).as_posix()
        for floor in FLOORS
        for path in (ROOT / floor).rglob("*.py")
        if path.name not in ("__init__.py", "__main__.py") or path.parent.name in ("parsing", "scrubbing")
    }
    assert named == there


@pytest.mark.parametrize("page", PAGES)
def test_local_links_lead_somewhere(page: str) -> None:
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text(page), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose):
        if not re.match(r"[a-z]+:", target):
            assert ((ROOT / page).parent / target).exists(), f"{page} links to {target}"


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    for readme in READMES:
        assert set(re.findall(r"(?:^|`)make ([a-z]+)", text(readme), re.MULTILINE)) <= targets
