"""One question's way to its answer, step by step with figures, for the editor who asks why: `kb explain`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from assistant.composing import Composer, conversation
from assistant.followups import understand
from assistant.prompts import load_prompts
from assistant.settings import Settings
from assistant.types import Exchange, Question
from assistant.wiring import open_knowledge
from assistant.wording import language_of, words_of
from engine.types import Message
from knowledge.calibration import calibration_of
from knowledge.evidence import evidence
from knowledge.grounding import find
from knowledge.retrieval import look
from knowledge.types import Context

SHOWN = 5  # hits and passages told on a terminal


def explain(settings: Settings, question: str, history: Sequence[Exchange]) -> dict[str, Any]:
    """Every step with its figures, ready for JSON."""
    knowledge = open_knowledge(settings)
    query = understand(question, history, knowledge.leans)
    with knowledge.reading() as index:
        found = look(index, knowledge.embedder, query)
        grounded = find(index, knowledge.embedder, query, len, knowledge.reranker)
        calibration = calibration_of(index)
        searches = {
            name: [(index.chunk(key).entry.title, round(score, 3)) for key, score in _best(scores)]
            for name, scores in (("dense", found.dense), ("lexical", found.lexical))
        }
        figures = asdict(evidence(query.text, grounded.hits, index.words.coverage))
    knowledge.close()
    context, hits = grounded.context, grounded.hits
    return {
        "question": question,
        "query": query.text,
        "carried": query.carried,
        "searches": searches,
        "fusion": {"dense_weight": calibration.dense_weight, "questions_learnt_from": calibration.samples},
        "hits": [_hit(hit.score, hit.found_by, hit.chunk.entry.title, hit.chunk.entry.layer) for hit in hits[:10]],
        "evidence": {name: round(value, 3) for name, value in figures.items()},
        "passages": [asdict(passage) for passage in context.passages],
        "gates": [asdict(gate) for gate in context.gates],
        "decision": "direct" if context.direct else "grounded" if context.answerable else "no_knowledge",
        "reason": context.reason,
        "answerability": round(context.answerability, 3),
        "answer_at": calibration.answer_at,
        "costs": [asdict(cost) for cost in calibration.costs],
        "generation": context.generation,
        "prompt": [asdict(one) for one in _prompt(settings, question, history, query.text, context)],
    }


def told(steps: Mapping[str, Any]) -> str:
    """The steps for a terminal, in the language of the question."""
    language = language_of(steps["question"])
    words = words_of("explain", language)
    parts = [
        ("question", [steps["question"]]),
        ("query", [steps["query"]]),
        ("carried", [steps["carried"]] if steps["carried"] else []),
        *((name, [f"{score:.3f}  {title}" for title, score in found]) for name, found in steps["searches"].items()),
        ("fused", [f"{hit['score']:.3f}  [{hit['layer']}] {hit['title']}" for hit in steps["hits"][:SHOWN]]),
        ("passages", [f"[{p['label']}] {p['title']}  {p['notice']}" for p in steps["passages"][:SHOWN]]),
        ("evidence", [", ".join(f"{name} {value}" for name, value in steps["evidence"].items())]),
        ("gates", [_gate(gate, language) for gate in steps["gates"]]),
        ("decision", [words[steps["decision"]] + (f" ({steps['reason']})" if steps["reason"] else "")]),
        ("costs", _costs(steps, words["in_force"])),
        ("prompt" if steps["decision"] == "grounded" else "no_prompt", [
            f"--- {one['role']}\n{one['content']}" for one in steps["prompt"]
        ]),
    ]  # fmt: skip
    return "\n\n".join("\n  ".join([f"{words[name]}:", *lines]) for name, lines in parts if lines)


def _gate(gate: Mapping[str, Any], language: str) -> str:
    passed = words_of("explain", language)["yes" if gate["passed"] else "no"]
    return f"{passed}  {gate['name']} ({words_of('gates', language)[gate['name']]}): {gate['detail']}"


def _costs(steps: Mapping[str, Any], in_force: str) -> list[str]:
    shown = [cost for cost in steps["costs"] if round(cost["threshold"] * 100) % 10 == 0]
    lines = [f"{c['threshold']:.2f}  {c['false_answer']:6.1%}  {c['false_refusal']:6.1%}" for c in shown]
    return [*lines, f"{in_force}: {steps['answer_at']:.2f}"] if lines else []


def _prompt(
    settings: Settings, question: str, history: Sequence[Exchange], query: str, context: Context
) -> list[Message]:
    """The messages of a turn with these passages, whether or not a model is asked."""
    composer = Composer(load_prompts(settings.prompts), settings.company)
    asked, language = Question(question, history=tuple(history)), language_of(question, settings.language)
    user = composer.user(asked, query, context, language)
    return conversation(composer.system(asked, language), history, user)


def _best(scores: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(scores.items(), key=lambda pair: -pair[1])[:SHOWN]


def _hit(score: float, found_by: Sequence[tuple[str, float]], title: str, layer: str) -> dict[str, object]:
    return {"score": round(score, 4), "found_by": {n: round(s, 4) for n, s in found_by}, "title": title, "layer": layer}
