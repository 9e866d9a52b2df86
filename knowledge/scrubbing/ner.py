"""An optional second reader of names: a token-classification model that lies in a local folder. Off unless a file names it.

kb_sources/_scrubbing/ner.txt holds the path of the folder (any Hugging Face model with PER or PERSON labels). It only adds
names to what the rules find; nothing is downloaded.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from knowledge.errors import KnowledgeError

Persons = Callable[[str], list[tuple[int, int]]]  # ranges of names of persons in a text
LABELS = frozenset(("PER", "PERSON", "NAME", "PERSON_NAME"))
SURE = 0.8  # below it, models of this size call products and places persons
WINDOW = 400  # characters a call: models read 512 tokens, a Han character is one


@cache
def load_persons(folder: Path) -> Persons:
    """Load the model of `folder`, once a process. Raises KnowledgeError when it cannot be loaded."""
    if not (folder / "config.json").is_file():
        raise KnowledgeError(f"{folder}: no model there (config.json is missing); correct or delete _scrubbing/ner.txt")
    try:
        from transformers import pipeline

        tagger = pipeline("token-classification", model=str(folder), aggregation_strategy="simple", device=-1)
    except Exception as fault:
        raise KnowledgeError(
            f"{folder}: the model cannot be loaded ({fault}); correct or delete _scrubbing/ner.txt"
        ) from fault

    def persons(text: str) -> list[tuple[int, int]]:
        found = []
        for at in range(0, len(text), WINDOW):
            for entity in tagger(text[at : at + WINDOW]):
                if str(entity["entity_group"]).upper() in LABELS and float(entity["score"]) >= SURE:
                    found.append((at + int(entity["start"]), at + int(entity["end"])))
        return found

    return persons
