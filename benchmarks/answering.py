"""What becomes of questions: follow-ups, changes, grounding, direct answers, answerability. One table each.

DESKMATE_DATA=… python -m benchmarks.answering [followups|changelog|grounding|direct|answerability]  (default: all)
Built-in embedder; no model. Nothing here was used to fit the shipped thresholds (benchmarks/shipped.py).
"""

import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random

from assistant.citing import cite
from assistant.evaluation import examine, measure
from assistant.followups import understand
from assistant.sets import load_entries, load_questions, open_entries
from assistant.types import Exchange
from knowledge.calibration import calibration_of
from knowledge.embedding import BuiltinEmbedder
from knowledge.fitting import calibrate
from knowledge.grounding import find
from knowledge.index import Index
from knowledge.retrieval import leans, search
from knowledge.types import Context, Entry, Passage, Query

DATA = Path(os.environ.get("DESKMATE_DATA", "shared/data"))
OWN = Path(__file__).parent / "data"
EMBEDDER = BuiltinEmbedder()


@contextmanager
def indexed(entries: dict[str, Entry]) -> Iterator[Index]:
    with tempfile.TemporaryDirectory() as home:
        index = open_entries(entries, Path(home) / "set", EMBEDDER)
        (index.directory / "calibration.json").write_text(calibrate(index, EMBEDDER, Path(home)), encoding="utf-8")
        index.close()
        index = Index.open(index.directory)
        yield index
        index.close()


def followups() -> None:
    """Elliptic questions after a question, against the same question in full; topic switches."""
    for name in ("zh", "phone", "shop"):  # the first is what the rules were made with
        _followups(name)


def _followups(name: str) -> None:
    entries, pairs, switches = _followup_data(name)
    with indexed(entries) as index:
        ranks = {name: [] for name in ("in full", "elliptic", "elliptic, alone", "switch", "switch, alone")}
        for previous, asked, full, expected in pairs:
            history = _history(index, previous)
            ranks["in full"].append(_rank(index, Query(full), expected))
            ranks["elliptic"].append(
                _rank(index, understand(asked, history, partial(leans, index, EMBEDDER)), expected)
            )
            ranks["elliptic, alone"].append(_rank(index, Query(asked), expected))
            if ranks["elliptic"][-1] >= 5 and "-v" in sys.argv:
                print(
                    "  lost:",
                    previous,
                    "->",
                    asked,
                    "|",
                    understand(asked, history, partial(leans, index, EMBEDDER)).text,
                    ranks["elliptic"][-1],
                )
        carried = 0
        for previous, asked, expected in switches:
            query = understand(asked, _history(index, previous), partial(leans, index, EMBEDDER))
            carried += bool(query.carried)
            if query.carried and "-v" in sys.argv:
                print("  carried:", previous, "=>", asked)
            ranks["switch"].append(_rank(index, query, expected))
            ranks["switch, alone"].append(_rank(index, Query(asked), expected))
        missed = sum(
            not understand(asked, _history(index, previous), partial(leans, index, EMBEDDER)).carried
            for previous, asked, _, _ in pairs
        )
    print(f"\nfollow-ups {name} ({len(entries)} entries)        n   recall@1   recall@5")
    for name, found in ranks.items():
        print(f"{name:<28} {len(found):4}   {_at(found, 1):8.3f}   {_at(found, 5):8.3f}")
    print(f"switches wrongly carried: {carried}/{len(switches)}; elliptic taken as complete: {missed}/{len(pairs)}")


def _followup_data(name: str) -> tuple[dict[str, Entry], list[tuple[str, str, str, str]], list[tuple[str, str, str]]]:
    entries: dict[str, Entry] = {}
    pairs, switches, topic = [], [], ""
    for line in (OWN / f"followups_{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            topic, answer = re.split(r"(?<=[？?]) ", line[3:], maxsplit=1)
            entries[topic] = Entry(topic, "followups", "faq", topic, answer)
        elif line.startswith("#"):
            continue
        elif "->" in line:
            previous, rest = line.split("->")
            asked, full = rest.split("|")
            pairs.append((previous.strip(), asked.strip(), full.strip(), topic))
        elif "=>" in line:
            previous, asked = line.split("=>")
            switches.append((previous.strip(), asked.strip(), topic))
    return entries, pairs, switches


def _history(index: Index, previous: str) -> list[Exchange]:
    used = tuple(hit.chunk.entry.id for hit in search(index, EMBEDDER, Query(previous), 1))
    return [Exchange(previous, previous, "", used)]


def _rank(index: Index, query: Query, expected: str) -> int:
    hits = search(index, EMBEDDER, query, 10)
    return next((place for place, hit in enumerate(hits) if hit.chunk.entry.id == expected), 99)


def _at(ranks: list[int], k: int) -> float:
    return sum(rank < k for rank in ranks) / max(len(ranks), 1)


def changelog() -> None:
    """A fact and a newer change in one index, asked the fact's question: does the change come first, with a notice?"""
    for name in ("changes", "changes_phone"):
        _changelog(_rows(f"{name}.txt"))


def _changelog(rows: list[list[str]]) -> None:
    facts = {row[0]: Entry(row[0], "faq.md", "faq", row[0], row[1], updated=date(2026, 1, 10)) for row in rows}
    print("\nchangelog                                     n   newer source decides   overridden")
    for place, name in ((2, "contradictions"), (3, "harmless changes")):
        changes = {
            row[place]: Entry(row[place], "CHANGELOG.md", "changelog", f"v2.4.0 · Changed · {row[place]}", row[place],
                              kind="change", updated=date(2026, 6, 1), version="2.4.0")
            for row in rows
        }  # fmt: skip
        with indexed(facts | changes) as index:
            first = noticed = 0
            for row in rows:
                passages = find(index, EMBEDDER, Query(row[0]), len).context.passages
                decides = bool(passages) and passages[0].entry_id == row[place]
                fact = next((passage for passage in passages if passage.entry_id == row[0]), None)
                first += decides
                noticed += fact is not None and bool(fact.notice)
                if "-v" in sys.argv and (fact is None or bool(fact.notice) == (place == 3)):
                    print("  ", row[0], "|", row[place], "|", fact.notice if fact else "fact not found")
        print(f"{name:<40} {len(rows):6} {first / len(rows):21.3f} {noticed / len(rows):12.3f}")


def grounding() -> None:
    """Faithful answers copied from passages, and the same with one planted fault each: caught, and falsely alarmed."""
    draw, tried, caught, faithful, alarms = Random(3), Counter(), Counter(), 0, 0
    passages = [
        Passage(str(place % 4 + 1), row[0], row[place % 2 + 1], "faq", "faq.md", 1, row[0], updated=date(2026, 3, 1))
        for place, row in enumerate(_rows("changes.txt"))
    ]
    for at in range(len(passages)):
        some = [replace(passages[(at + step) % len(passages)], label=str(step + 1)) for step in range(4)]
        context = Context(tuple(some), 0, 0.9, True)
        for text in (f"您好，{some[0].text.rstrip('。')} [1]。", f"{some[0].text} [1]\n{some[1].text} [2]"):
            faithful += 1
            alarms += bool(cite(text, context, some[0].title).unsupported)
            for kind, broken in _faults(text, draw):
                tried[kind] += 1
                seen = cite(broken, context, some[0].title)
                caught[kind] += bool(seen.unsupported) or (kind == "label" and "[9]" not in seen.text)
    print(f"\ngrounding: {tried.total()} planted faults, {faithful} faithful answers")
    for kind, count in tried.items():
        print(f"{kind:<10} {count:4}   caught {caught[kind] / count:.3f}")
    print(
        f"all     {tried.total():4}  caught {caught.total() / tried.total():.3f}   false alarms {alarms / faithful:.3f}"
    )
    written()


def written() -> None:
    """Answers as a model words them (numbers in words, other units, sums, lists), faithful and with one fault each."""
    counts: Counter[str] = Counter()
    for part in (OWN / "grounding.txt").read_text(encoding="utf-8").split("##\n")[1:]:
        lines = part.splitlines()
        asked = next(line[2:] for line in lines if line.startswith("? "))
        rows = [line.split(" | ", 1) for line in lines if line[:2] not in ("? ", "+ ", "- ")]
        passages = tuple(Passage(str(at), *row, "faq", "faq.md", 1, str(at)) for at, row in enumerate(rows, 1))
        for line in lines[len(rows) + 1 :]:
            marked = bool(cite(line[2:].replace("\\n", "\n"), Context(passages, 0, 0.9, True), asked).unsupported)
            counts[line[0]] += 1
            counts[f"{line[0]} marked"] += marked
            if marked != (line[0] == "-") and "-v" in sys.argv:
                print("  ", line)
    print(f"written freely: {counts['-']} faults, caught {counts['- marked'] / counts['-']:.3f}; "
          f"{counts['+']} faithful, false alarms {counts['+ marked'] / counts['+']:.3f}")  # fmt: skip


def _faults(text: str, draw: Random) -> Iterator[tuple[str, str]]:
    if numbers := [
        found for found in re.finditer(r"\d[\d,.]*", text) if found.start() == 0 or text[found.start() - 1] != "["
    ]:
        found = draw.choice(numbers)
        yield "number", f"{text[: found.start()]}{draw.randint(201, 398)}{text[found.end() :]}"
    yield "date", text.replace(" [1]", f"，自 2025 年 {draw.randint(1, 12)} 月 {draw.randint(1, 28)} 日起执行 [1]", 1)
    yield "version", text.replace(" [1]", f" (v{draw.randint(3, 9)}.{draw.randint(0, 9)}) [1]", 1)
    yield "link", text.replace(" [1]", f" https://help.example.com/{draw.randint(1, 99)} [1]", 1)
    yield "path", text.replace(" [1]", f" /etc/desk/{draw.choice('abc')}.conf [1]", 1)
    yield "code", text.replace(" [1]", f" ERR_{draw.randint(600, 999)} [1]", 1)
    yield "amount", text.replace(" [1]", f"，另付{draw.choice('三四六八')}百元 [1]", 1)
    yield "label", text.replace("[1]", "[9]", 1)


def _rows(name: str) -> list[list[str]]:
    lines = (OWN / name).read_text(encoding="utf-8").splitlines()
    return [[part.strip() for part in line.split("|")] for line in lines if not line.startswith("#")]


def direct() -> None:
    """Verbatim answers: human paraphrases, and near misses made of real questions by one change that matters."""
    print(
        "\ndirect answers            questions   given   wrong   share given   share wrong   peers' rule: given   wrong"
    )
    for name in (
        ("own", "fresh") if "own" in sys.argv else ("en_stackfaq", "en_banking77", "en_clinc150", "own", "fresh")
    ):
        entries, asked = _paraphrases(name)
        with indexed(entries) as index:
            results = [_direct(index, text) for text, _ in asked]
        for (text, right), (found, _) in zip(asked, results, strict=True):
            if found and found != right and "-v" in sys.argv:
                print("   wrong:", text, "=>", entries[found].title)
        given = [(found, right) for (found, _), (_, right) in zip(results, asked, strict=True) if found]
        peers = [(found, right) for (_, found), (_, right) in zip(results, asked, strict=True) if found]
        wrong, fooled = sum(found != right for found, right in given), sum(found != right for found, right in peers)
        print(
            f"{name:<25} {len(asked):9} {len(given):7} {wrong:7} {len(given) / len(asked):13.3f}"
            f" {wrong / len(asked):13.4f} {len(peers):20} {fooled:7}"
        )


def _direct(index: Index, text: str) -> tuple[str, str]:
    """The entry given verbatim, and the one that "first cosine of at least .9" would give; "" for none."""
    grounded = find(index, EMBEDDER, Query(text), len)
    best = max(grounded.hits, key=lambda hit: dict(hit.found_by).get("dense", 0.0), default=None)
    sure = best is not None and dict(best.found_by).get("dense", 0.0) >= 0.9
    given = grounded.context.passages[0].entry_id if grounded.context.direct else ""
    return given, best.chunk.entry.id if sure and best else ""


def _paraphrases(name: str) -> tuple[dict[str, Entry], list[tuple[str, str]]]:
    """Entries, and questions with the entry that answers them ("" for near misses, which nothing answers)."""
    if name not in ("own", "fresh"):
        entries = {key: replace(entry, text=entry.text or "-") for key, entry in load_entries(DATA / name).items()}
        queries = [one for one in load_questions(DATA / name) if len(one.expected) < 2]
        asked = [(one.text, next(iter(one.expected), "")) for one in Random(5).sample(queries, min(800, len(queries)))]
        return entries, asked
    rows = _rows("direct.txt" if name == "own" else "direct_fresh.txt")
    entries = {
        row[0]: Entry(row[0], "faq.md", "faq", row[0], row[1], aliases=tuple(filter(None, row[2].split(";"))))
        for row in rows
    }
    right = [(text, row[0]) for row in rows for text in row[3].split(";")]
    return entries, right + [(text, "") for row in rows for text in row[4].split(";")]


def answerability() -> None:
    """Questions that nothing answers: clinc150's own, and those of a quarter of the entries taken away.

    Another quarter than benchmarks/shipped.py takes; that prints how the models do on sets left out of the fitting.
    """
    print("\nanswerability        n   unanswerable   AUROC   false answers   false refusals   threshold")
    for name in ("en_clinc150", "en_banking77", "en_stackfaq"):
        entries, questions = load_entries(DATA / name), load_questions(DATA / name)
        expected = sorted(frozenset().union(*(one.expected for one in questions)))
        gone = [] if name == "en_clinc150" else Random(9).sample(expected, len(expected) // 4)
        asked = [replace(one, expected=one.expected.difference(gone)) for one in Random(9).sample(questions, 1200)]
        with indexed({key: entry for key, entry in entries.items() if key not in gone}) as index:
            shares = measure(
                examine(
                    lambda query, index=index: find(index, EMBEDDER, query, len), partial(leans, index, EMBEDDER), asked
                )
            )  # type: ignore[misc]
            at = calibration_of(index).answer_at
        none = sum(not one.expected for one in asked)
        print(
            f"{name:<16} {len(asked):5} {none:14} {shares['auroc'].value:7.3f} {shares['false_answer'].value:15.3f}"
            f" {shares['false_refusal'].value:16.3f} {at:11.2f}"
        )


PARTS = {
    "followups": followups,
    "changelog": changelog,
    "grounding": grounding,
    "direct": direct,
    "answerability": answerability,
}


if __name__ == "__main__":
    for name in [part for part in sys.argv[1:] if part in PARTS] or PARTS:
        PARTS[name]()
