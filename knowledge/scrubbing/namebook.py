# ruff: noqa: SIM905  (words are read and extended as prose)
"""What a capitalised word may be: a given name, a family name, an ordinary word, Chinese in pinyin. Out of latin_names.txt.

A word is asked about as it is written; the answers say nothing of where it stands (latin.py).
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from knowledge.scrubbing.lexicon import NO_ENGLISH_NAME

LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"  # not \w: 说 in Kevin说 is a letter too
_INNER = rf"(?:[{LETTER}]|(?!['’][Ss](?![{LETTER}]))['’\-](?=[{LETTER}]))"  # no 's at its end
CAP = rf"[A-Z\u00c0-\u00de](?:[a-z\u00df-\u017f]|['’\-](?=[A-Z\u00c0-\u017f])|(?<=c)[A-Z]|(?<=['’\-])[A-Z]){_INNER}{{0,22}}"
PARTICLE = r"(?:van|von|de|der|den|da|das|dos|del|della|di|du|la|le|ten|ter|bin|binte|binti|ibn|al|el|Lo|lo|Ó|ó|Di|Mac|s/o|d/o|a/l|a/p)"
INITIAL = rf"[A-Z]\.?(?![{LETTER}'’])"
FULL = rf"(?:[A-Z]\. )?{CAP}(?: (?:{INITIAL}|{PARTICLE}(?= ))){{0,2}}(?: {CAP}){{0,3}}"
BEGIN = rf"(?<![{LETTER}])"  # a word begins
_HANGUL = r"(?:kk|tt|pp|ss|jj|ch|sh|[gkndtrlmbpsjh])?[yw]?(?:ae|eo|eu|oe|ou|ui|oo|ee|[aeiou])(?:ng|[knmlp])?"
_KOREAN = re.compile(rf"{_HANGUL}-{_HANGUL}")  # Sung-ho, Soo-yeon
_ENDINGS = ("s", "ed", "ing", "d")
_FILE = Path(__file__).with_name("latin_names.txt")
_SYLLABLE = (
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|ui|ue|a|e|i|o|u|v)"
    r"|ai|an|ang|ao|e|en|er|ou)"
)
_PINYIN = re.compile(rf"{_SYLLABLE}(?:['\-]?{_SYLLABLE})?")
_TWO_SYLLABLES = re.compile(rf"{_SYLLABLE}['\-]?{_SYLLABLE}")
_PINYIN_SURNAMES = frozenset(
    "Wang Zhang Liu Zhao Huang Zhou Xu Zhu Guo Luo Zheng Xie Feng Deng Cao Zeng Xiao Cai Jiang Cheng Lyu Lv Ding Shen Yao Jin Xue Qiu "
    "Qin Hao Gong Shao Qian Yin Meng Duan Lei Tian Dong Peng Jia Zou Xiong Yan Fang Tao Bai Cui Kang Mao Shi Gu Hou Wan Niu Nie "
    "Zhuang Zhan Geng Guan Jiao Zuo Zhai Ruan Ji Pei Huo Tu Miao Sheng Weng Qu Gui Chen Yang Wu Sun Hu Lin Gao Liang Song Tang Han "
    "Yu Yuan Du Ye Wei Su Lu Ren Fu Cen Chai Chi Dai Fan Fei Pan Qi Tan Xia Xing Yi Zhong Mu Ning Ou Ping Rong Sang Sha Shang Shu "
    "Tong Wen Xi Xiang Ying You Yue Yun Zang Zha Zong Li Ma He Long An Kong Ouyang Ou-yang Situ Shangguan Zhuge Sima Huangfu Linghu "
    "Murong Dongfang Xiahou Gongsun Bao Bi Bian Chang Chu Ge Hua Kan Ke Kou Kuang Lai Lan Lang Leng Liao Ling Lou Luan Mai Mei Mo Mou Nong Pang Qiao Quan Ran Rao Rui Shan "
    "Tai Teng Xian Xuan Zan Zhen Zhi Zhuo".split()
)
_SOUTHERN_SURNAMES = frozenset(  # of Singapore, Malaysia, Hong Kong
    "Tan Lim Lee Ng Ong Wong Goh Chua Chan Koh Teo Ang Yeo Tay Ho Low Toh Sim Chong Chia Seah Heng Neo Quek Foo Phua Chew Loh Kwek "
    "Khoo Cheong Leong Lau Yap Pang Poh Soh Wee Seow Siow Sia Thia Tham Yeoh Yong Yip Yuen Yeung Tsang Tse Tsui Tong Tang Tam Tai "
    "Szeto Siu Shum Poon Mok Mak Lui Luk Leung Lai Lam Kwong Kwok Kwan Kong Ko Hung Hui Fung Fong Choy Choi Chow Cheung Cheng Chau "
    "Chiu Aw Boey Chin Chng Choo Chok Eng Gan Khor Kuan Liew Liaw Lian Mah Ngiam Oei Ooi Oon Peh Pek Png Pua Sng Soo Soon Tiong Woo".split()
)
_PLACES = frozenset(  # read as two syllables and are no given names
    "Beijing Shanghai Tianjin Chongqing Guangzhou Shenzhen Hangzhou Nanjing Suzhou Wuhan Chengdu Xian Xi'an Changsha Zhengzhou Jinan "
    "Qingdao Dalian Xiamen Fuzhou Ningbo Wuxi Hefei Kunming Guiyang Nanning Haikou Taiyuan Foshan Dongguan Zhuhai Wenzhou Jinhua "
    "Zhejiang Jiangsu Guangdong Fujian Sichuan Hunan Hubei Henan Hebei Anhui Yunnan Guizhou Guangxi Hainan Gansu Jilin Taiwan Hongkong "
    "Pudong Minhang Xuhui Haidian Chaoyang Yuhang Nanshan Futian Luohu Taobao Tianmao Weixin Weibo Baidu Didi Kuaishou Huawei Xiaomi "
    "Pinduoduo Jingdong Meituan Tencent Alipay Alibaba".split()
)


@cache
def _section(name: str) -> frozenset[str]:
    return _sections()[name]


@cache
def _sections() -> dict[str, frozenset[str]]:
    """Read the file at the first question: 240 kB, 10 ms."""
    found: dict[str, list[str]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            words = found.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            words.extend(line.split())
    return {name: frozenset(words) for name, words in found.items()}


def is_given(word: str) -> bool:
    """A given name and hardly ever anything else: Kevin, Aoife."""
    given = _section("given")
    both = "-" in word and all(part.capitalize() in given for part in word.split("-"))
    return both or word in given or _folded(word) in given


def _folded(word: str) -> str:
    """Joaquín as Joaquin."""
    return word if word.isascii() else unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()


def is_korean(word: str) -> bool:
    """May be a given name of two Korean syllables: Sung-ho, Ji-woo; so may Sign-in before a word that is no surname."""
    return bool(_KOREAN.fullmatch(word.lower())) and not all(map(is_ordinary, word.split("-")))


def may_be_given(word: str) -> bool:
    """A given name that may be a word, a place or a product as well: Grace, Austin, Ruby."""
    return is_given(word) or word in _section("given or a word")


def is_family(word: str) -> bool:
    """A family name and hardly ever anything else: Okafor, Mendoza-Reyes."""
    family = _section("family")
    double = "-" in word and any(part in family and len(part) > 4 for part in word.split("-"))
    return double or word in family or _folded(word) in family


def may_be_family(word: str) -> bool:
    return is_family(word) or word in _section("family or a word")


def is_word(word: str) -> bool:
    """An ordinary word of the language, or what opens a sentence, a form, a greeting."""
    return word in NO_ENGLISH_NAME or is_ordinary(word)


def is_ordinary(word: str) -> bool:
    lower, words = word.lower(), _section("word")
    return lower in words or any(
        lower.endswith(end) and lower[: -len(end)] in words for end in _ENDINGS if len(lower) > 5
    )


def is_pinyin_pair(first: str, second: str) -> bool:
    """Surname and given name of a Chinese in pinyin, in either order: Zhang Wei, Ruoxi Guo."""
    return _is_pinyin(first, second) or (_is_pinyin(second, first) and bool(_TWO_SYLLABLES.fullmatch(first.lower())))


def _is_pinyin(family: str, given: str) -> bool:
    if family not in _PINYIN_SURNAMES or given in _PLACES or is_ordinary(given) or not _PINYIN.fullmatch(given.lower()):
        return False
    return len(given) > 3 or not is_ordinary(family)


def is_southern(words: list[str]) -> bool:
    """Tan Chee Beng, Seah Siew Mei: a surname of Singapore or Hong Kong before two syllables."""
    return len(words) == 3 and words[0] in _SOUTHERN_SURNAMES and all(is_syllable(word) for word in words[1:])


def is_southern_family(word: str) -> bool:
    return word in _SOUTHERN_SURNAMES


def is_syllable(word: str) -> bool:
    return 2 <= len(word) <= 6 and word.isalpha() and not is_word(word)


def is_lower_given(word: str) -> bool:
    return _folded(word) in _lower_given()


@cache
def _lower_given() -> frozenset[str]:
    return frozenset(name.lower() for name in _section("given"))
