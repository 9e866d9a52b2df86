"""How much of the torture set reaches the index: rows imported, named, lost; beside it what the rules of peers do.

Run: python -m benchmarks.intake     (DESKMATE_DATA adds the real changelog histories and help-centre archives)
"""

import csv
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from benchmarks.torture import TODAY, Case, cases
from benchmarks.torture_exports import exports
from knowledge.checking import check
from knowledge.errors import SourceError
from knowledge.parsing import parse
from knowledge.types import Parsed, Source


def ours(case: Case) -> Parsed:
    layer = {"faq": "faq", "chat_logs": "chat_log", "changelog": "changelog"}[case.path.split("/")[0]]
    try:
        return parse(Source(case.path, layer, sha256(case.data).hexdigest()), case.data, today=TODAY)
    except SourceError as fault:
        return Parsed((), (fault.problem,))


def judge(case: Case, parsed: Parsed) -> Counter[str]:
    """Count the rows that arrived, those named, those lost without a word, and entries that nobody wrote."""
    found = {(entry.title, entry.text) for entry in parsed.entries}
    arrived = [want for want in case.rows if any(title == want[0] and want[1] in text for title, text in found)]
    counts = Counter(rows=len(case.rows) + case.lost, imported=len(arrived))
    missing = len(case.rows) - len(arrived)
    told = sum(problem.rows for problem in parsed.problems)
    counts["named"] = min(told, missing + case.lost)
    counts["lost"] = missing + case.lost - counts["named"]
    counts["wrong"] = len(parsed.entries) - len(arrived)
    counts["unnamed"] = sum(want not in {(p.line, p.code) for p in parsed.problems} for want in case.named)
    return counts


JUDGED = ("lost", "wrong", "unnamed")
Pairs = Iterable[tuple[str, str]]


def utf8_only(data: bytes) -> Pairs:
    """FastGPT, WeKnora: UTF-8 or nothing; the first two columns of a comma-separated file."""
    return _first_two(data.decode("utf-8-sig"), ",")


def first_guess(data: bytes) -> Pairs:
    """MaxKB: a detector's first guess, then the same."""
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return _first_two(str(best) if best else data.decode("utf-8", "ignore"), ",")


def tab_if_any(data: bytes) -> Pairs:
    """RAGFlow: TAB for the whole file if one line has one; a line that does not split joins the answer before."""
    text = data.decode("utf-8", "ignore")
    separator = "\t" if any("\t" in line for line in text.split("\n")) else ","
    question, answer = "", ""
    for line in text.splitlines():
        cells = line.split(separator)
        if len(cells) != 2:
            answer += "\n" + line
            continue
        if question:
            yield question, answer
        question, answer = cells
    yield question, answer


def _first_two(text: str, separator: str) -> Iterator[tuple[str, str]]:
    for row in csv.reader(io.StringIO(text), delimiter=separator):
        if len(row) >= 2:
            yield row[0], row[1]


PEERS: dict[str, Callable[[bytes], Pairs]] = {
    "UTF-8 only": utf8_only,
    "detector's first guess": first_guess,
    "TAB if any line has one": tab_if_any,
}


def of_peer(rule: Callable[[bytes], Pairs], case: Case) -> int:
    try:
        found = list(rule(case.data))
    except (UnicodeDecodeError, csv.Error):
        found = []
    return sum(any(title == q.strip() and piece in a for q, a in found) for title, piece in case.rows)


def main() -> int:
    """Print the tables; exit code 1 when a row is lost without a word."""
    sys.setrecursionlimit(10_000)
    all_cases = (*cases(), *exports())
    totals: Counter[str] = Counter()
    for case in all_cases:
        counts = judge(case, ours(case))
        totals += counts
        if counts["lost"] or counts["wrong"] or counts["unnamed"] or counts["imported"] < len(case.rows):
            print(f"  {case.path}: {dict(counts)}")
    _print_totals(all_cases, totals)
    if data := os.environ.get("DESKMATE_DATA"):
        _real(Path(data))
    return 1 if totals["lost"] else 0


def _print_totals(all_cases: tuple[Case, ...], totals: Counter[str]) -> None:
    whole = sum(len(case.rows) for case in all_cases)
    none = sum(case.lost for case in all_cases)
    print(
        f"{len(all_cases)} files, {whole} rows that hold an entry, {none} that hold none (empty, off, broken, banners)"
    )
    print("| rows imported | without an entry and named | lost silently | entries nobody wrote | remarks missing |")
    print("|---|---|---|---|---|")
    cells = (f"{totals['imported']} of {whole}", f"{totals['named']} of {none}", *(totals[key] for key in JUDGED))
    print(f"| {' | '.join(map(str, cells))} |")
    tables = [case for case in all_cases if case.path.startswith("faq/") and case.path.endswith((".csv", ".tsv"))]
    rows = sum(len(case.rows) for case in tables)
    own = sum(judge(case, ours(case))["imported"] for case in tables)
    print(f"\nThe {len(tables)} text tables among them, {rows} rows ({rows - 3000} without the long one)")
    print("| rule | rows imported | files complete |\n|---|---|---|")
    complete = sum(judge(case, ours(case))["imported"] == len(case.rows) for case in tables)
    print(f"| Deskmate | {own} | {complete} |")
    for name, rule in PEERS.items():
        right = [of_peer(rule, case) for case in tables]
        whole = sum(count == len(case.rows) for count, case in zip(right, tables, strict=True))
        print(f"| {name} | {sum(right)} | {whole} |")


def _real(data: Path) -> None:
    """Walk the real archives: every file read without a crash, what was not read counted."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for archive in sorted((data / "docs").glob("*.tar.gz")):
            with tarfile.open(archive) as packed:
                packed.extractall(home / "faq", filter="data")
        tables = []
        for bundle in sorted((data / "changelogs").glob("*.bundle")):
            clone = home / ".clones" / bundle.stem
            subprocess.run(["git", "clone", "-q", str(bundle), str(clone)], check=True)
            listed = subprocess.run(
                ["git", "-C", str(clone), "ls-files"], capture_output=True, text=True, check=True
            ).stdout
            tables += [
                f'[[repository]]\nname = "{bundle.stem}"\npath = "{clone}"\nfile = "{name}"\n'
                for name in listed.split()
            ]
        (home / "changelog").mkdir()
        (home / "changelog" / "repositories.toml").write_text("\n".join(tables))
        begin = time.perf_counter()
        report = check(home, today=TODAY)
        counts = Counter(problem.code for problem in report.problems)
        print(f"\nReal archives: {report.files} files, {report.entries} entries, {time.perf_counter() - begin:.0f} s")
        print(", ".join(f"{code} {count}" for code, count in counts.most_common()))


if __name__ == "__main__":
    sys.exit(main())
