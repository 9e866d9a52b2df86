"""What makes a line a question or an answer: its marks (Q:, 问：), its end, or the way it begins."""

import re
import unicodedata

_Q = re.compile(
    r"(?i)^[\s*_#>]*(?:q(?:uestion)?\s*\d{0,3}|问题?\s*[\d一二三四五六七八九十]{0,3}|提问|問題?\s*\d{0,3}|客户问)[\s*_]*[:：.、．)）][\s*_]*|^[\s*_]*【\s*(?:问题?|q)\s*\d*\s*】[\s*_]*"
)
_A = re.compile(
    r"(?i)^[\s*_>]*(?:a(?:nswer)?\s*\d{0,3}|答案?\s*\d{0,3}|回答|解答|答复|客服答)[\s*_]*[:：.、．)）]|^[\s*_]*【\s*(?:答案?|回答|a)\s*\d*\s*】"
)
_EMPHASIS = ("**", "__", "*", "_")
_NUMBER = re.compile(
    r"^\s*(?:\(?\d{1,3}\s*[.、)）．](?!\d)|第\s*\d+\s*[问题条]\s*[:：、]?|[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、)\s*"
)
_STARTS = re.compile(
    r"(?i)^(如何|怎么|怎样|怎麼|怎樣|为什么|為什麼|为何|什么是|什麼是|什么|哪里|哪裡|哪些|哪个|是否|能否|能不能|可否|可不可以|可以|有没有|是不是|多久|多少|几|谁"
    r"|how\b|what(?:'s)?\b|why\b|when\b|where\b|who\b|which\b|can\b|could\b|do\b|does\b|did\b|is\b|are\b|will\b|should\b|may\b|am\b)"
)
_ENDS = re.compile(r"([?？]|吗|呢|怎么办|怎麼辦|嗎|么办|多少|多久|哪里|什么|怎样|如何)[\s。.!！*_]*$")
_INSIDE = re.compile(r"(怎么|如何|为什么|怎样|能否|是否|可不可以|能不能|多久|多少|哪里|怎麼|為什麼|什么时候|什么)")


def plain(text: str) -> str:
    """A heading or first line without emphasis marks."""
    return re.sub(r"\\([\\*_`#\[\]()!.|~-])", r"\1", re.sub(r"(\*\*|__|`)", "", text)).strip()


def question_mark(text: str) -> str | None:
    """What follows Q:, 问：, 问题1： at the start of `text`; None without such a mark."""
    text = unicodedata.normalize("NFC", text)
    found = _Q.match(text)
    return text[found.end() :].strip() if found else None


def answer_mark(text: str) -> str | None:
    """What follows A:, 答： at the start of `text`, its own emphasis kept whole; None without such a mark."""
    found = _A.match(text)
    if not found:
        return None
    said = text[found.end() :].lstrip()
    opened = next((mark for mark in _EMPHASIS if found[0].lstrip(" \t>").startswith(mark)), "")
    if not opened or found[0].count(opened) % 2 == 0:  # **A**: **menu** opens it
        return said
    return said.removeprefix(opened).lstrip() if said.startswith(opened) else opened + said  # **A:** x, **A: x** y


def bare(title: str) -> str:
    """A question without its mark and number: "Q1. 1、怎么退款？" is "怎么退款？"."""
    title = plain(title)
    title = question_mark(title) or title
    return _NUMBER.sub("", title).strip() or title


def is_numbered(text: str) -> bool:
    """Whether a line begins with a number, as the questions of a plain list do."""
    return bool(_NUMBER.match(plain(text)))


def is_question(text: str) -> bool:
    """Whether `text` asks: by mark, by its end, or by how it begins; never more than a sentence or two."""
    text = plain(text)
    if not text or len(text) > 200 or "\n" in text:
        return False
    if question_mark(text):
        return True
    text = bare(text)
    if _ENDS.search(text) or _STARTS.match(text):
        return True
    return len(text) <= 40 and bool(_INSIDE.search(text))


def asks_plainly(text: str) -> bool:
    """Whether `text` says itself that it asks: a question mark, a mark in front, a Chinese question particle."""
    return question_mark(text) is not None or bool(re.search(r"([?？]|吗|呢|嗎)[\s*_]*$", plain(text)))
