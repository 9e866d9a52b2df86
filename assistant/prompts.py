"""prompts/*.md become messages. A prompt names its $variables; a file with one that nobody fills fails at start.

A file `answer.zh.md` is the prompt `answer` in Chinese. It holds plain text with $variables (string.Template).
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from string import Template

from assistant.settings import SHIPPED

VARIABLES = {  # prompt -> what the code fills in; test_docs holds the files to it
    "answer": {"company", "tone", "length", "language"},
    "question": {"passages", "question", "query", "today"},
    "rewrite": {"history", "question"},
    "summary": {"conversation"},
    "translate": {"text", "language"},
    "judge": {"question", "facts", "answer"},
}
LANGUAGES = ("zh", "en")


class PromptError(Exception):
    """A prompt file that is missing or names a variable nobody fills."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """All prompts in all languages, checked; `fingerprint` is 12 hex digits of their text."""

    templates: dict[tuple[str, str], Template]
    fingerprint: str

    def render(self, name: str, language: str, /, **values: str) -> str:
        """Fill prompt `name`; values are inserted as they are and never read as templates."""
        return self.templates[name, language].substitute(values).strip()


def load_prompts(folder: Path) -> Prompts:
    """Read every known prompt from `folder`, the shipped one where `folder` has none."""
    templates = {}
    digest = hashlib.sha256()
    for name, allowed in VARIABLES.items():
        for language in LANGUAGES:
            path = folder / f"{name}.{language}.md"
            path = path if path.exists() else SHIPPED / "prompts" / path.name
            template = _checked(path, allowed)
            templates[name, language] = template
            digest.update(template.template.encode())
    return Prompts(templates, digest.hexdigest()[:12])


def _checked(path: Path, allowed: set[str]) -> Template:
    try:
        template = Template(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as fault:
        raise PromptError(f"{path}: cannot be read ({fault}); restore it from the shipped prompts/") from fault
    if not template.is_valid():
        raise PromptError(f"{path}: a $ stands alone; write $$ for a dollar sign")
    if unknown := set(template.get_identifiers()) - allowed:
        raise PromptError(f"{path}: unknown variable ${sorted(unknown)[0]}; known are {', '.join(sorted(allowed))}")
    return template
