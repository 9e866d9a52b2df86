"""What an editor should mend: the road of the index walked without writing, then all files compared with each other."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import unquote

from knowledge.errors import SourceError
from knowledge.golden import load_golden
from knowledge.parsing.problems import problem
from knowledge.sources import load_layers, parse_source, scan
from knowledge.types import Entry, Layer, Problem

_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)")
_CODE = re.compile(r"(?s)(```|~~~).*?(\1|$)|`[^`\n]*`")
_GRAVITY = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class CheckReport:
    """How many files and entries were looked at, and every problem in order of file and line."""

    files: int
    entries: int
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)


def check(sources: Path, paths: Sequence[Path] = (), *, today: date) -> CheckReport:
    """Check all of `sources`, or what lies under `paths` (still compared with all others).

    Raises KnowledgeError when `sources` itself is gone.
    """
    problems: list[Problem] = []
    layers = _layers(sources, problems)
    found = scan(sources, layers)
    problems += found.problems
    parsed = {source.path: parse_source(sources, source, today) for source in found.sources}
    entries = [entry for one in parsed.values() for entry in one.entries]
    problems += [fault for one in parsed.values() for fault in one.problems]
    problems += [*_repeated(entries), *_broken_links(sources, entries), *_golden(sources / "golden")]
    wanted = _wanted(sources, paths, parsed.keys())
    told = [fault for fault in dict.fromkeys(problems) if not paths or fault.file in wanted]
    told.sort(key=lambda fault: (fault.file, fault.line, _GRAVITY[fault.severity], fault.code))
    return CheckReport(len(wanted), sum(len(parsed[path].entries) for path in wanted if path in parsed), tuple(told))


def _layers(sources: Path, problems: list[Problem]) -> dict[str, Layer]:
    try:
        return load_layers(sources)
    except SourceError as fault:
        problems.append(fault.problem)
        return load_layers(sources / "missing")


def _golden(folder: Path) -> Iterator[Problem]:
    try:
        load_golden(folder)
    except SourceError as fault:
        yield fault.problem


def _wanted(sources: Path, paths: Sequence[Path], known: Iterable[str]) -> set[str]:
    """The sources under `paths`, which may be given from the working folder or from kb_sources/."""
    if not paths:
        return set(known)
    root = sources.resolve()
    chosen = [path.resolve() if path.exists() else (root / path).resolve() for path in paths]
    inside = [path.relative_to(root) for path in chosen if path.is_relative_to(root)]
    files = {name for name in known if any(Path(name.split("#")[0]).is_relative_to(path) for path in inside)}
    return files | {path.as_posix() for path in inside if (root / path).is_file()}


def _repeated(entries: Sequence[Entry]) -> Iterator[Problem]:
    """Questions that several FAQ entries ask: with the same answer a duplicate, with another a contradiction."""
    asked: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.kind == "faq":
            for wording in dict.fromkeys(map(_folded, (entry.title, *entry.aliases))):
                asked[wording].append(entry)
    seen: set[tuple[str, str]] = set()
    for wording, group in asked.items():
        for entry in group[1:]:
            first = group[0]
            if not wording or _apart(first, entry) or (first.id, entry.id) in seen:
                continue
            seen.add((first.id, entry.id))
            code = "duplicate" if _folded(first.text) == _folded(entry.text) else "contradiction"
            other = f"{first.source}:{first.line}"
            yield problem(entry.source, entry.line, code, title=entry.title[:60], other=other)


def _apart(one: Entry, other: Entry) -> bool:
    """Whether two entries can both be right: valid at different times, or told apart by their headings."""
    starts = max(one.valid_from or date.min, other.valid_from or date.min)
    return starts > min(one.valid_until or date.max, other.valid_until or date.max)


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())


def _broken_links(sources: Path, entries: Sequence[Entry]) -> Iterator[Problem]:
    """Links to files that are not there; what a link counts from was settled when its page was read."""
    for entry in entries:
        if "#" in entry.source:  # from git: what lies beside it there is not in kb_sources/
            continue
        links = [found[1] for found in _LINK.finditer(_CODE.sub("", entry.text))]
        for link in dict.fromkeys([*links, *([entry.url] if "." in entry.url else [])]):
            target = unquote(re.split(r"[?#]", link)[0])
            if _is_local(target) and not _exists(sources / target):
                yield problem(entry.source, entry.line, "broken_link", target=target)


def _exists(path: Path) -> bool:
    """Whether a linked file is there, also when its suffix was left out, as documentation sites do."""
    return path.exists() or any(path.with_name(path.name + suffix).exists() for suffix in (".md", ".mdx"))


def _is_local(target: str) -> bool:
    return bool(re.search(r"\.\w{1,5}$|/", target)) and not re.match(r"^([a-zA-Z][\w+.-]*:|/|\{|www\.)", target)
