"""What jieba's dictionary knows of a piece of text: its words, how common they are, which of them persons are called.

Half a second to load: imported when the first Han characters that may be a name ask for it.
"""

from functools import cache

from knowledge.scrubbing.lexicon import NAMES_TOO, NO_NAME

COMMON_WORD = 2_500  # of 60 million: 单位, 公司, 时间 are above it, words that persons are called below
NO_PART = frozenset(
    "的了是我你他她们这那有在不也都就要会能吗呢吧啊把被给对从到与及或但而叫过加已没去说看用打拿送函凭别士女和来向上下原"
)  # function words: no name ends or begins with them


def cut(clause: str) -> list[str]:
    import jieba  # its dictionary takes half a second; texts without anything like a name never pay

    jieba.setLogLevel(60)
    return list(jieba.cut(clause, HMM=False))


def is_common(text: str) -> bool:
    import jieba

    if not jieba.dt.initialized:
        jieba.setLogLevel(60)
        jieba.initialize()
    return text not in NAMES_TOO and int(jieba.dt.FREQ.get(text) or 0) > COMMON_WORD


def is_unknown(text: str) -> bool:
    """Whether no word of the language stands in it: a name that has no Chinese surname."""
    known = (word for word in cut(text) if len(word) > 1 and (word not in persons() or word in NO_NAME))
    return not any(known) and not any(c in NO_PART for c in text)


def is_word(text: str) -> bool:
    return len(cut(text)) == 1 and text not in persons()


@cache
def persons() -> frozenset[str]:
    """The dictionary's words that are persons' names: 周明, 陈晓东, 斯琴高娃."""
    import jieba

    with jieba.get_module_res("dict.txt") as lines:
        rows = (line.decode("utf-8").split() for line in lines)
        return frozenset(row[0] for row in rows if row[-1] in ("nr", "nrfg", "nrt"))
