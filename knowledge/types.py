"""The words of the knowledge floor as types: what each arrow of the road takes and gives. No behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Severity = Literal["error", "warning", "info"]
EntryKind = Literal["faq", "section", "row", "exchange", "change"]


@dataclass(frozen=True, slots=True)
class Layer:
    """A shelf: `folder` under kb_sources/, rank (higher wins), token budget in a prompt, age limit in days."""

    name: str  # faq | chat_log | changelog
    folder: str
    authority: int
    budget: int
    max_age: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One file. `path` is POSIX, relative to kb_sources/; `sha256` is of its bytes."""

    path: str
    layer: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What an editor should mend: where, how bad, a stable code, what is wrong, what to do."""

    file: str
    line: int
    severity: Severity
    code: str
    message: str
    remedy: str
    rows: int = 0  # rows of the file that were not imported because of it; 0: a remark


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing one can ask about: a FAQ pair, a page section, a table row, an exchange, a change."""

    id: str  # stable while source and title stay: see knowledge.parsing.entry_id
    source: str
    layer: str
    title: str  # the question, the heading path, "A102 标准版", the customer's words, "v2.3 · Changed · …"
    text: str  # the answer as Markdown
    kind: EntryKind = "faq"
    aliases: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()  # questions that this entry must not answer
    category: str = ""
    url: str = ""
    line: int = 1
    updated: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    version: str = ""
    released: bool = True  # False: an Unreleased change, announced but not available yet
    count: int = 1  # in how many conversations an exchange was seen
    since: str = ""  # a change from git: the commit that brought or last reworded it, "1a2b3c4 2026-11-02"


@dataclass(frozen=True, slots=True)
class Held:
    """An exchange for quarantine: scrubbed, yet `reasons` name what a second method suspects. Only stored masked."""

    entry: Entry
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser gives for one source: `rows` = entries + rows named in `problems` + rows `merged` into entries."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    rows: int = 0
    merged: int = 0
    held: tuple[Held, ...] = ()  # exchanges for quarantine; knowledge.scrubbing.quarantine judges them


@dataclass(frozen=True, slots=True)
class Chunk:
    """A slice of an entry, the unit of the index; `text` is searched and embedded. `id` changes with the text."""

    id: str
    entry: Entry
    text: str
    position: int = 0  # 0-based slice of the entry


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found. `score` in [0, 1] after fusion; `found_by` names the searches with their own scores."""

    chunk: Chunk
    score: float
    found_by: tuple[tuple[str, float], ...]  # (("dense", .71), ("lexical", .93))


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched. `text` stands alone.

    Of a follow-up: `carried` is the previous query, `entry_ids` what its answer used, `said` what was typed (empty
    where `text` puts it in the place of its like and needs no help).
    """

    text: str
    carried: str = ""
    said: str = ""
    entry_ids: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()  # empty: all


@dataclass(frozen=True, slots=True)
class Passage:
    """What the model reads, under a label "1", "2", …; `notice` carries an override ("自 v2.3 起…") or "planned"."""

    label: str
    title: str
    text: str
    layer: str
    source: str
    line: int
    entry_id: str
    url: str = ""
    updated: date | None = None
    version: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """One test on the way to direct / grounded / no_knowledge, with its figures, for `kb explain` and the screen."""

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Context:
    """All passages of one prompt. `direct` is set when passages[0] may be given verbatim."""

    passages: tuple[Passage, ...]
    tokens: int
    answerability: float  # calibrated probability in [0, 1] that the passages hold the answer
    answerable: bool
    direct: bool = False
    columns: tuple[str, ...] = ()  # of the table row in passages[0]: what the question asks of it
    reason: str = ""  # why not answerable: nothing_found | only_similar | conflicting | needs_detail
    gates: tuple[Gate, ...] = ()
    generation: str = ""


@dataclass(frozen=True, slots=True)
class SourceChanges:
    """How many files a sync found added, changed, removed, unchanged."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What `kb reindex` prints. `generation` is the live one afterwards; `faults` are problems of severity error."""

    generation: str
    previous: str
    sources: SourceChanges
    entries: int
    chunks: int
    embedded: int
    reused: int
    quarantined: int
    faults: tuple[Problem, ...]
    seconds: float
    switched: bool = True
    held_back: str = ""  # why a finished generation was not switched to
    scores: Mapping[str, float] = field(default_factory=dict)
    note: str = ""  # for the operator: a dead owner's lock taken over
