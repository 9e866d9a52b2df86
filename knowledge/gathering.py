"""Sources become the entries of the next generation: unchanged ones are taken over, changed parsed, faulty ones kept.

Nothing here writes. What an editor should mend comes back as problems; knowledge that served until now is dropped only
when its file is readably changed, deleted, or too old.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from knowledge.changelog import REPOSITORIES, is_name
from knowledge.errors import KnowledgeError
from knowledge.index import Index
from knowledge.manifest import SourceRecord
from knowledge.merging import is_valid
from knowledge.parsing import merge_exchanges
from knowledge.parsing.problems import problem
from knowledge.scrubbing.quarantine import judge
from knowledge.sources import Scan, parse_source
from knowledge.types import Entry, Held, Layer, Problem, Source, SourceChanges

Progress = Callable[[str, int, int], None]  # stage, done, total
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the next generation is made of. `live` by id: merged, valid today; `parsed` as their sources have them."""

    layers: Mapping[str, Layer]
    parsed: tuple[Entry, ...]
    live: Mapping[str, Entry]
    records: tuple[SourceRecord, ...]
    changes: SourceChanges
    problems: tuple[Problem, ...]
    held: tuple[Held, ...]
    stale_from: date | None


@dataclass(frozen=True, slots=True)
class Before:
    """What is known from before: the live generation, whether its parsed entries of unchanged files may be reused, and
    whether files that are gone were deleted on purpose, however many."""

    index: Index | None
    reusable: bool
    deletes: bool = False

    def records(self) -> dict[str, SourceRecord]:
        return {record.path: record for record in self.index.manifest.sources} if self.index else {}

    def entries(self, path: str) -> tuple[Entry, ...]:
        return self.index.records.parsed(path) if self.index else ()


def gather(sources: Path, found: Scan, layers: Mapping[str, Layer], old: Before, progress: Progress) -> Gathered:
    """Read what changed in `sources` since `old`."""
    today = date.today()
    before = old.records()
    kept, problems = ([], []) if old.deletes else _vanished(found, before, sources, layers)
    kept += [record for record in _unread(found, before) if record not in kept]
    read: list[tuple[SourceRecord, tuple[Entry, ...], tuple[Held, ...]]] = [
        (record, old.entries(record.path), ()) for record in kept
    ]
    for done, source in enumerate(found.sources):
        progress("read", done, len(found.sources))
        read.append(_read(sources, source, before.get(source.path), old, today))
    released, held = judge(sources, [one for _, _, some in read for one in some])
    allowed = oldest_allowed(layers, today)
    every = [*(entry for _, entries, _ in read for entry in entries), *released]
    parsed = [one for one in every if not one.updated or one.updated >= allowed.get(one.layer, date.min)]
    live = _unique(merge_exchanges([entry for entry in parsed if is_valid(entry, layers.get(entry.layer), today)]))
    records = tuple(record for record, _, _ in read)
    told = [*found.problems, *problems, *(one for record in records for one in record.problems)]
    stale_from = min(_changes_on(parsed, layers, today), default=None)
    return Gathered(layers, tuple(parsed), live, records, _count(found, before, kept), tuple(told), held, stale_from)


def _read(
    sources: Path, source: Source, before: SourceRecord | None, old: Before, today: date
) -> tuple[SourceRecord, tuple[Entry, ...], tuple[Held, ...]]:
    same = before is not None and (before.sha256, before.layer) == (source.sha256, source.layer)
    if before is not None and same and old.reusable and not before.held:
        return before, old.entries(source.path), ()
    parsed = parse_source(sources, source, today)
    entries = parsed.entries
    if not entries and any(problem.severity == "error" for problem in parsed.problems):
        entries = old.entries(source.path)  # a faulty file keeps its last good entries
    record = SourceRecord(
        source.path, source.layer, source.sha256, len(entries) + len(parsed.held), len(parsed.held), parsed.problems
    )
    return record, entries, parsed.held


def _unread(found: Scan, before: Mapping[str, SourceRecord]) -> Iterator[SourceRecord]:
    """Sources that are there and could not be read today: a file's rights, a file too large, a repository's server."""
    present = {source.path for source in found.sources}
    faulty = [problem.file for problem in found.problems if problem.severity == "error"]
    for path, record in before.items():
        if path in present:
            continue
        if any(path == file or path.startswith(f"{file}/") for file in faulty) or (
            is_name(path) and any(file.endswith(REPOSITORIES) for file in faulty)
        ):
            yield record


def _vanished(
    found: Scan, before: Mapping[str, SourceRecord], sources: Path, layers: Mapping[str, Layer]
) -> tuple[list[SourceRecord], list[Problem]]:
    """Keep the files of a layer whose whole folder seems to be gone: an unmounted disk is not an order to delete.

    Raises KnowledgeError when nothing at all is left of what was there.
    """
    present = Counter(source.layer for source in found.sources)
    if before and not present:
        raise KnowledgeError(
            f"{sources}: all {len(before)} sources are gone, as if a disk were not mounted; the index stays as it is; "
            "bring them back, or run kb reindex --force if they were deleted on purpose"
        )
    had = Counter(record.layer for record in before.values())
    kept: list[SourceRecord] = []
    problems: list[Problem] = []
    for name, count in had.items():
        folder = layers[name].folder if name in layers else name
        if present[name] or (count == 1 and (sources / folder).is_dir()):
            continue
        kept += [record for record in before.values() if record.layer == name]
        problems.append(problem(folder, 1, "folder_vanished", count=count))
    return kept, problems


def oldest_allowed(layers: Mapping[str, Layer], today: date) -> dict[str, date]:
    """The first day that is not too old, by layer; layers without an age limit are left out."""
    return {name: today - timedelta(days=layer.max_age) for name, layer in layers.items() if layer.max_age is not None}


def _changes_on(entries: Iterable[Entry], layers: Mapping[str, Layer], today: date) -> Iterable[date]:
    """The coming days on which an entry enters or leaves by its date."""
    for entry in entries:
        layer = layers.get(entry.layer)
        if layer and layer.max_age is not None and entry.updated:
            yield entry.updated + timedelta(days=layer.max_age) + ONE_DAY
        if entry.valid_from and entry.valid_from > today:
            yield entry.valid_from
        if entry.valid_until and entry.valid_until >= today:
            yield entry.valid_until + ONE_DAY


def _unique(entries: Sequence[Entry]) -> dict[str, Entry]:
    live: dict[str, Entry] = {}
    for entry in entries:
        live.setdefault(entry.id, entry)
    return live


def _count(found: Scan, before: Mapping[str, SourceRecord], kept: Sequence[SourceRecord]) -> SourceChanges:
    now = {source.path: (source.sha256, source.layer) for source in found.sources}
    now.update({record.path: (record.sha256, record.layer) for record in kept})
    unchanged = sum((before[path].sha256, before[path].layer) == state for path, state in now.items() if path in before)
    common = len(now.keys() & before.keys())
    return SourceChanges(len(now) - common, common - unchanged, len(before) - common, unchanged)
