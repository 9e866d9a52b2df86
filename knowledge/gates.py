"""Gate by gate: may the first passage be given verbatim, do the passages answer at all, and if not, why not.

A gate has a name, a verdict and its figures, so that `kb explain` and the screen can show each decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.calibration import Calibration
from knowledge.evidence import Coverage, Evidence, asked_column, evidence, nearest_wording, undecided_column
from knowledge.marks import differences
from knowledge.terms import left_over
from knowledge.types import Context, Entry, Gate, Hit, Query
from knowledge.words import codes, fold

CURATED = frozenset({"faq", "section", "row"})  # kinds that editors wrote; a conversation or a change is never verbatim


@dataclass(frozen=True, slots=True)
class Scales:
    """What a decision is weighed with: the generation's calibration and its lexical coverage."""

    calibration: Calibration
    coverage: Coverage


def decide(query: Query, hits: Sequence[Hit], context: Context, scales: Scales) -> Context:
    """Complete `context` with answerability, direct or not, the reason where there is no answer, and the gates."""
    calibration = scales.calibration
    hits = [hit for hit in hits if hit.chunk.entry.kind != "exchange"]  # a conversation is no source of facts by itself
    figures = evidence(query.text, hits, scales.coverage)
    likely = calibration.answer.of(figures) if context.passages else 0.0
    column = asked_column(query.text, hits[0].chunk.entry) if hits else ""
    told = f"{likely:.2f} ≥ {calibration.answer_at:.2f}" + (f", or the row's own column {column}" if column else "")
    answerable = Gate("answerable", likely >= calibration.answer_at or bool(column), told)
    gates = (*_answer_gates(query, hits, context, answerable), *_direct_gates(query, hits, context, scales, figures))
    wanting = [gate.name for gate in gates if gate.name in REASONS and not gate.passed]
    reason = REASONS[wanting[0]] if wanting else ""
    return replace(
        context,
        answerability=likely,
        answerable=not wanting,
        direct=all(gate.passed for gate in gates),
        reason=reason,
        gates=gates,
    )


REASONS = {  # a gate that failed -> why there is no answer; the first one counts
    "found": "nothing_found",
    "code_known": "only_similar",
    "which_row": "needs_detail",
    "answerable": "only_similar",
}


def _answer_gates(query: Query, hits: Sequence[Hit], context: Context, answerable: Gate) -> list[Gate]:
    asked = codes(query.text)
    held = frozenset().union(*(codes(f"{p.title} {p.text} {p.version}") for p in context.passages))
    held |= frozenset().union(*(codes(" ".join(hit.chunk.entry.aliases)) for hit in hits[:3]))
    missing = sorted(asked - held)
    undecided = undecided_column(query.text, [hit.chunk.entry for hit in hits[:2]])
    return [
        Gate("found", bool(context.passages), f"{len(context.passages)} passages"),
        Gate(
            "code_known",
            not asked or asked != set(missing),
            f"not in any passage: {', '.join(missing)}" if missing else "-",
        ),
        Gate("which_row", not undecided, f"the first rows differ in {undecided}" if undecided else "-"),
        answerable,
    ]


def _direct_gates(query: Query, hits: Sequence[Hit], context: Context, scales: Scales, figures: Evidence) -> list[Gate]:
    if not hits or not context.passages:
        return []
    entry, passage, calibration = hits[0].chunk.entry, context.passages[0], scales.calibration
    sure = calibration.right.of(figures)
    wording = nearest_wording(query.text, entry, scales.coverage)
    differing = differences(query.text, wording)
    return [
        Gate("sure", sure >= calibration.direct_at, f"{sure:.3f} ≥ {calibration.direct_at:.3f}"),
        Gate("first", passage.entry_id == entry.id and not passage.notice, passage.notice or passage.title),
        Gate("curated", entry.kind in CURATED and bool(entry.text.strip()), entry.kind),
        Gate("stands_alone", not query.carried, query.carried or "needs no earlier question"),
        Gate("agreement", figures.agreement == 1.0, "both searches put the same entry first"),
        Gate("same_marks", not differing, f"{wording!r}: {', '.join(differing) or 'the same'}"),
        _same_things(query.text, wording),
        Gate("not_excluded", not _excluded(query.text, entry, wording, scales.coverage), "the entry's negatives"),
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
