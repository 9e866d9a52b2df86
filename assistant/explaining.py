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


HEADINGS = {
    "question": ("问题", "question"),
    "query": ("按这个问题检索", "query"),
    "carried": ("接着上一个问题", "carried on from"),
    "dense": ("按意思找到", "found by meaning (dense)"),
    "lexical": ("按词找到", "found by words (lexical)"),
    "fused": ("合在一起", "fused"),
    "passages": ("合并后的资料", "passages"),
    "evidence": ("判断用的数字", "evidence"),
    "gates": ("一关一关", "gates"),
    "decision": ("结论", "decision"),
    "costs": (
        "“没有答案”的门槛和它的代价：门槛、答错、错拒",
        "answerability threshold: answered wrongly, refused wrongly",
    ),
    "prompt": ("模型读到的提示", "the prompt, as a model reads it"),
    "no_prompt": ("提示（这次不问模型）", "the prompt (no model is asked)"),
}
DECISIONS = {
    "direct": ("标准答案，一字不改 (direct)", "direct"),
    "grounded": ("由模型根据资料写 (grounded)", "grounded"),
    "no_knowledge": ("知识库没有答案 (no_knowledge)", "no_knowledge"),
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
    """The steps for a terminal, in the language of the question."""
    tongue = 0 if language_of(steps["question"]) == "zh" else 1
    decision = DECISIONS[steps["decision"]][tongue]
    parts = [
        ("question", [steps["question"]]),
        ("query", [steps["query"]]),
        ("carried", [steps["carried"]] if steps["carried"] else []),
        *((name, [f"{score:.3f}  {title}" for title, score in found]) for name, found in steps["searches"].items()),
        ("fused", [f"{hit['score']:.3f}  [{hit['layer']}] {hit['title']}" for hit in steps["hits"][:SHOWN]]),
        ("passages", [f"[{p['label']}] {p['title']}  {p['notice']}" for p in steps["passages"][:SHOWN]]),
        ("evidence", [", ".join(f"{name} {value}" for name, value in steps["evidence"].items())]),
        ("gates", [_gate(gate, tongue) for gate in steps["gates"]]),
        ("decision", [decision + (f" ({steps['reason']})" if steps["reason"] else "")]),
        ("costs", _costs(steps, tongue)),
        ("prompt" if steps["decision"] == "grounded" else "no_prompt", [
            f"--- {one['role']}\n{one['content']}" for one in steps["prompt"]
        ]),
    ]  # fmt: skip
    return "\n\n".join("\n  ".join([f"{HEADINGS[name][tongue]}:", *lines]) for name, lines in parts if lines)


def _gate(gate: Mapping[str, Any], tongue: int) -> str:
    passed = ("是", "yes")[tongue] if gate["passed"] else ("否", "NO ")[tongue]
    return f"{passed}  {gate['name']} ({GATES[gate['name']][tongue]}): {gate['detail']}"


def _costs(steps: Mapping[str, Any], tongue: int) -> list[str]:
    shown = [cost for cost in steps["costs"] if round(cost["threshold"] * 100) % 10 == 0]
    lines = [f"{c['threshold']:.2f}  {c['false_answer']:6.1%}  {c['false_refusal']:6.1%}" for c in shown]
    return [*lines, f"{('当前', 'in force')[tongue]}: {steps['answer_at']:.2f}"] if lines else []


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
