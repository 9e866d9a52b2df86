"""The few sentences that Deskmate itself says in an answer, in Chinese and English."""

import re

from knowledge.words import is_chinese

SAYINGS = {
    "zh": {
        "language": "中文",
        "no_knowledge": "知识库里没有这个问题的答案。",
        "nearest": "最接近的条目：",
        "nothing_found": "没有找到任何相关内容。建议转人工，并把问题留给知识编辑。",
        "only_similar": "只找到相似的内容，没有一条真正回答它。请核对下面的条目，或转人工。",
        "conflicting": "找到的内容互相矛盾，请先与知识编辑确认。",
        "needs_detail": "还缺一个关键信息，请先问客户：具体的型号、版本或订单类型。",
        "no_model": "未加载模型，以下是知识库原文。",
        "verbatim": "按您的要求只显示原文。",
        "busy": "模型忙，先看原文。",
        "failed": "模型暂时不可用，先看原文。",
        "timeout": "模型 {seconds:.0f} 秒内没有回应，先看原文。",
        "stopped": "已停止生成。",
        "faq": "标准答案",
        "changelog": "版本变更",
        "chat_log": "对话记录",
        "updated": "更新于",
        "tone": "礼貌、简洁、肯定",
        "length": "不超过 150 字，需要步骤时分条",
    },
    "en": {
        "language": "English",
        "no_knowledge": "The knowledge base has no answer to this question.",
        "nearest": "Nearest entries:",
        "nothing_found": "Nothing related was found. Hand over to a colleague; the question is kept for the editors.",
        "only_similar": "Only similar things were found, none that answers it. Check the entries below or hand over.",
        "conflicting": "What was found contradicts itself; check with the editors first.",
        "needs_detail": "One detail is missing: ask the customer for the exact model, version or kind of order.",
        "no_model": "No model is loaded; this is the knowledge base verbatim.",
        "verbatim": "Verbatim passages only, as you asked.",
        "busy": "The model is busy; here are the passages.",
        "failed": "The model is not available right now; here are the passages.",
        "timeout": "The model did not answer within {seconds:.0f} seconds; here are the passages.",
        "stopped": "Stopped.",
        "faq": "standard answer",
        "changelog": "version change",
        "chat_log": "conversation record",
        "updated": "updated",
        "tone": "polite, brief, definite",
        "length": "at most 120 words, steps as a list",
    },
}


def language_of(text: str, otherwise: str = "zh") -> str:
    """ "zh" when there is a Han character, "en" when there are Latin letters only, else `otherwise`."""
    if is_chinese(text):
        return "zh"
    return "en" if re.search("[A-Za-z]{2}", text) else otherwise


def say(key: str, language: str) -> str:
    """One saying in one language."""
    return SAYINGS[language][key]
