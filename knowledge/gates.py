"""Gate by gate: may the first passage be given verbatim, do the passages answer at all, and if not, why not.

A gate has a name, a verdict and its figures, so that `kb explain` and the screen can show each decision.
"""

from collections.abc import Sequence
from dataclasses import replace

from knowledge.calibration import Calibration
from knowledge.evidence import (
    Coverage,
    Evidence,
    asked_columns,
    conflicting,
    evidence,
    heading,
    nearest_wording,
    undecided_column,
)
from knowledge.marks import differences, marks
from knowledge.terms import left_over
from knowledge.types import Context, Entry, Gate, Hit, Passage, Query
from knowledge.words import codes, fold

CURATED = frozenset({"faq", "section", "row"})  # kinds that editors wrote; a conversation or a change is never verbatim


def decide(
    query: Query, hits: Sequence[Hit], context: Context, calibration: Calibration, coverage: Coverage
) -> Context:
    """Complete `context` with answerability, direct or not, the reason where there is no answer, and the gates."""
    hits = [hit for hit in hits if hit.chunk.entry.kind != "exchange"]  # a conversation is no source of facts by itself
    figures = evidence(query.text, hits, coverage)
    likely = calibration.answer.of(figures) if context.passages else 0.0
    columns = asked_columns(query.text, hits[0].chunk.entry) if hits else ()
    told = f"{likely:.2f} ≥ {calibration.answer_at:.2f}" + (f", or its own {', '.join(columns)}" if columns else "")
    answerable = Gate("answerable", likely >= calibration.answer_at or bool(columns), told)
    gates = _answer_gates(query, hits, context, answerable)
    if hits and context.passages:
        gates += _direct_gates(query, hits[0].chunk.entry, context.passages[0])
        if columns:
            gates += _row_gates(query, hits, columns)
        else:
            gates += _wording_gates(query, hits[0].chunk.entry, figures, calibration, coverage)
    wanting = [gate.name for gate in gates if gate.name in REASONS and not gate.passed]
    return replace(
        context,
        answerability=likely,
        answerable=not wanting,
        direct=all(gate.passed for gate in gates),
        columns=columns if context.passages and context.passages[0].entry_id == hits[0].chunk.entry.id else (),
        reason=REASONS[wanting[0]] if wanting else "",
        gates=tuple(gates),
    )


REASONS = {  # a gate that failed -> why there is no answer; the first one counts
    "found": "nothing_found",
    "code_known": "only_similar",
    "which_row": "needs_detail",
    "agreed": "conflicting",
    "answerable": "only_similar",
}


def _answer_gates(query: Query, hits: Sequence[Hit], context: Context, answerable: Gate) -> list[Gate]:
    asked = codes(query.text)
    held = frozenset().union(*(codes(f"{p.title} {p.text} {p.version}") for p in context.passages))
    held |= frozenset().union(*(codes(" ".join(hit.chunk.entry.aliases)) for hit in hits[:3]))
    missing = sorted(asked - held)
    undecided = undecided_column(query.text, [hit.chunk.entry for hit in hits[:2]])
    rival = conflicting([hit.chunk.entry for hit in hits[:2]], query.text)
    return [
        Gate("found", bool(context.passages), f"{len(context.passages)} passages"),
        Gate(
            "code_known",
            not asked or asked != set(missing),
            f"not in any passage: {', '.join(missing)}" if missing else "-",
        ),
        Gate("which_row", not undecided, f"the first rows differ in {undecided}" if undecided else "-"),
        Gate("agreed", not rival, f"other figures: {rival}" if rival else "-"),
        answerable,
    ]


def _direct_gates(query: Query, entry: Entry, passage: Passage) -> list[Gate]:
    return [
        Gate("first", passage.entry_id == entry.id and not passage.notice, passage.notice or passage.title),
        Gate("curated", entry.kind in CURATED and bool(entry.text.strip()), entry.kind),
        Gate("stands_alone", not query.carried, query.carried or "needs no earlier question"),
    ]


def _wording_gates(
    query: Query, entry: Entry, figures: Evidence, calibration: Calibration, coverage: Coverage
) -> list[Gate]:
    """May the entry's whole answer be given: the question is one of its wordings."""
    sure = calibration.right.of(figures)
    wording = nearest_wording(query.text, entry, coverage)
    differing = differences(query.text, wording)
    return [
        Gate("sure", sure >= calibration.direct_at, f"{sure:.3f} ≥ {calibration.direct_at:.3f}"),
        Gate("agreement", figures.agreement == 1.0, "both searches put the same entry first"),
        Gate("same_marks", not differing, f"{wording!r}: {', '.join(differing) or 'the same'}"),
        _same_things(query.text, wording),
        Gate("not_excluded", not _excluded(query.text, entry, wording, coverage), "the entry's negatives"),
    ]


def _row_gates(query: Query, hits: Sequence[Hit], columns: Sequence[str]) -> list[Gate]:
    """May cells of a table row be given: its code and its columns are named, nothing else, and no other row has it."""
    entry, named = hits[0].chunk.entry, codes(query.text)
    others = [hit.chunk.entry for hit in hits[1:] if hit.chunk.entry.kind == "row"]
    twins = [other.title for other in others if not named.isdisjoint(codes(heading(other)))]
    own = f"{heading(entry)} {' '.join(columns)}"
    asked = [mark for mark in marks(query.text) - marks(own) if not mark.startswith("asks ")]
    extra = (*sorted(asked), *left_over(query.text, own))
    return [
        Gate("one_row", not twins, f"also in: {', '.join(twins)}" if twins else "-"),
        Gate("only_columns", not extra, f"asked beside {', '.join(columns)}: {' '.join(extra) or '-'}"),
    ]


def _same_things(question: str, wording: str) -> Gate:
    """Nothing asked beside what the wording says, and nothing of it left out."""
    extra, missing = left_over(question, wording), left_over(wording, question)
    detail = f"asked beside it: {' '.join(extra) or '-'}; not asked: {' '.join(missing) or '-'}"
    return Gate("same_things", not extra and not missing, detail)


def _excluded(question: str, entry: Entry, wording: str, coverage: Coverage) -> bool:
    """Tell whether `question` is nearer to something this entry must not answer than to its own wording."""
    own = min(coverage(question, wording), coverage(wording, question))
    return any(
        fold(question) == fold(negative) or min(coverage(question, negative), coverage(negative, question)) >= own
        for negative in entry.negatives
    )
