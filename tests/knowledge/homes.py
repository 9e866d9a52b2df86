"""Small homes for the tests of the index."""

from collections.abc import Mapping
from pathlib import Path

from knowledge.embedding import BuiltinEmbedder
from knowledge.knowledge_base import KnowledgeBase
from knowledge.types import Query


def write_faq(home: Path, name: str, answers: Mapping[str, str]) -> Path:
    """Write kb_sources/faq/NAME.md with a heading a question."""
    path = home / "kb_sources" / "faq" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n\n".join(f"### {question}\n\n**A**: {answer}" for question, answer in answers.items())
    path.write_text(text + "\n", encoding="utf-8")
    return path


def open_home(home: Path) -> KnowledgeBase:
    return KnowledgeBase(home / "kb_sources", home / "index", BuiltinEmbedder())


def first_answer(knowledge: KnowledgeBase, question: str) -> str:
    hits = knowledge.search(Query(question), 1).hits
    return hits[0].chunk.entry.text if hits else ""
