"""One question's way to its answer, step by step with figures, for the editor who asks why: `kb explain`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from assistant.composing import Composer, conversation
from assistant.followups import understand
from assistant.prompts import load_prompts
from assistant.settings import SHIPPED, Settings
from assistant.types import Exchange, Question
from assistant.wiring import open_knowledge
from assistant.wording import language_of
from engine.types import Message
from knowledge.calibration import calibration_of
from knowledge.evidence import evidence
from knowledge.grounding import find
from knowledge.retrieval import look
from knowledge.types import Context

SHOWN = 5  # hits and passages told on a terminal
GATES = {  # what a gate asks, for an editor
    "found": ("有没有找到内容", "is anything found"),
    "code_known": ("问到的型号、版本知识库里有没有", "does the knowledge know the code"),
    "which_row": ("说清了是哪一个产品", "is it clear which product"),
    "agreed": ("标准答案之间没有矛盾", "do the standard answers agree"),
    "answerable": ("内容像不像能回答它", "do the passages seem to answer it"),
    "sure": ("第一条对不对，把握够不够", "is the first entry surely the right one"),
    "first": ("第一条没有被新版本改过", "does no change override the first entry"),
    "curated": ("是编辑写的标准答案", "did an editor write it"),
    "stands_alone": ("不看上文也完整", "does the question need no earlier one"),
    "agreement": ("按词和按意思都把它排第一", "do both searches put it first"),
    "same_marks": ("数字、型号、否定、反义都一致", "are numbers, codes, negation and opposites the same"),
    "same_things": ("没有多问、也没有少问什么", "is nothing asked beside the wording and nothing left out"),
    "one_row": ("型号只属于这一行", "does no other row bear the code"),
    "only_columns": ("除了型号和栏目没有问别的", "is nothing asked beside code and columns"),
    "not_excluded": ("不在“不该回答的问题”里", "is it none of the entry's negatives"),
}


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
    """The steps for a terminal, the gates in the language of the question."""
    tongue = 0 if language_of(steps["question"]) == "zh" else 1
    lines = [f"question   {steps['question']}", f"query      {steps['query']}"]
    if steps["carried"]:
        lines.append(f"carried    {steps['carried']}")
    for name, found in steps["searches"].items():
        lines += ["", f"{name}:", *(f"  {score:.3f}  {title}" for title, score in found)]
    lines += ["", f"fused ({steps['fusion']['dense_weight']:.2f} dense):"]
    lines += [f"  {hit['score']:.3f}  [{hit['layer']}] {hit['title']}" for hit in steps["hits"][:SHOWN]]
    lines += ["", "passages:"]
    lines += [f"  [{p['label']}] {p['title']}  {p['notice']}" for p in steps["passages"][:SHOWN]]
    lines += ["", "evidence:  " + ", ".join(f"{name} {value}" for name, value in steps["evidence"].items())]
    lines += [
        "",
        "gates:",
        *(
            f"  {'yes' if g['passed'] else 'NO '}  {g['name']} ({GATES[g['name']][tongue]}): {g['detail']}"
            for g in steps["gates"]
        ),
    ]
    lines += ["", f"decision   {steps['decision']}" + (f" ({steps['reason']})" if steps["reason"] else "")]
    if steps["costs"]:
        lines += ["", "answerability threshold and what it costs (answered wrongly, refused wrongly):"]
        shown = [cost for cost in steps["costs"] if round(cost["threshold"] * 100) % 10 == 0]
        lines += [f"  {c['threshold']:.2f}  {c['false_answer']:6.1%}  {c['false_refusal']:6.1%}" for c in shown]
        lines.append(f"  in force: {steps['answer_at']:.2f}")
    asked = "the prompt, as a model reads it" if steps["decision"] == "grounded" else "the prompt (no model is asked)"
    lines += ["", f"{asked}:", *(f"--- {one['role']}\n{one['content']}" for one in steps["prompt"])]
    return "\n".join(lines)


def _prompt(
    settings: Settings, question: str, history: Sequence[Exchange], query: str, context: Context
) -> list[Message]:
    """The messages of a turn with these passages, whether or not a model is asked."""
    composer = Composer(load_prompts(settings.prompts, SHIPPED / "prompts"), settings.company)
    asked, language = Question(question, history=tuple(history)), language_of(question, settings.language)
    user = composer.user(asked, query, context, language)
    return conversation(composer.system(asked, language), history, user)


def _best(scores: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(scores.items(), key=lambda pair: -pair[1])[:SHOWN]


def _hit(score: float, found_by: Sequence[tuple[str, float]], title: str, layer: str) -> dict[str, object]:
    return {"score": round(score, 4), "found_by": {n: round(s, 4) for n, s in found_by}, "title": title, "layer": layer}
