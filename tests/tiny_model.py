"""Write a small random-weight qwen3 model as GGUF in well under a second: real architecture and template, no download.

`make_tiny_model(path)` for tests; `python tests/tiny_model.py PATH` by hand. What such a model says is noise, but
deterministic noise that depends on the whole context, which is what tests of an engine need. Only f32 weights give
the same logits whatever else is in the batch (measured on CPU); q4_0 is the small one. The vocabulary is 256 bytes,
some words and Chinese characters; every text can be tokenised. benchmarks/engine.py passes shapes and vocabularies.
"""

import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TEMPLATE = Path(__file__).parent / "engine" / "qwen3_template.jinja"
ALIGNMENT = 32
F32, Q4_0 = 0, 2  # ggml types
U32, FLOAT, BOOL, STRING, ARRAY, I32 = 4, 6, 7, 8, 9, 5  # GGUF value types
NORMAL, CONTROL, USER_DEFINED = 1, 3, 4  # token types
SPECIALS = {"<|endoftext|>": CONTROL, "<|im_start|>": CONTROL, "<|im_end|>": CONTROL} | dict.fromkeys(
    ("<think>", "</think>"), USER_DEFINED
)
NIBBLE_SPREAD = 4.2  # standard deviation of -7…7 and two zeros
BALANCED = np.array([(low or 8) | (high or 8) << 4 for high in range(16) for low in range(16)], dtype=np.uint8)
# a nibble n weighs n - 8: without 0 their mean is 0, else every answer would be one token again and again
WORDS = """
    the and of to in is you that it for on are with your can not this from have will what when how do if or be as by
    system user assistant order refund ship price plan account password reset invoice warranty return delivery product
    的 是 在 了 有 不 我 你 们 可 以 请 退 款 货 订 单 发 票 会 员 密 码 如 何 什 么 问 题 客 服 产 品 价 格 保 修 天 年
    月 日 您 好 。 ， ？ version
""".split()  # noqa: SIM905 (a list would take a screen)


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a qwen3 model."""

    layers: int = 4
    width: int = 256
    heads: int = 4
    kv_heads: int = 2
    head: int = 64
    hidden: int = 512
    context: int = 8192


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Tokens in GPT-2's byte alphabet with their types, merges, and the id of <|im_end|>."""

    tokens: tuple[str, ...]
    types: tuple[int, ...]
    merges: tuple[str, ...]
    end: int


def make_tiny_model(
    path: Path | str,
    *,
    shape: Shape | None = None,
    vocabulary: Vocabulary | None = None,
    kind: str = "q4_0",
    seed: int = 7,
) -> Path:
    """Write a model of `kind` q4_0 or f32 to `path` and return it; the same arguments give the same bytes."""
    shape, vocabulary = shape or Shape(), vocabulary or small_vocabulary()
    tensors = list(_tensors(shape, len(vocabulary.tokens)))
    metadata = _metadata(shape, vocabulary, Q4_0 if kind == "q4_0" else F32)
    infos, offset = b"", 0
    for name, dims, spread in tensors:
        ggml_type = _type_of(spread, kind)
        infos += _string(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, ggml_type, offset)
        offset += _padded(_size(dims, ggml_type))
    header = struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(metadata)) + b"".join(metadata) + infos
    rng = np.random.default_rng(seed)
    path = Path(path)
    with path.open("wb") as file:
        file.write(header.ljust(_padded(len(header)), b"\0"))
        for _, dims, spread in tensors:
            data = _data(rng, dims, spread, kind).tobytes()
            file.write(data.ljust(_padded(len(data)), b"\0"))
    return path


def small_vocabulary() -> Vocabulary:
    """256 bytes, the words above as chains of merges, and Qwen's special tokens."""
    alphabet = _byte_alphabet()
    tokens, merges = list(alphabet), []
    for word in [*WORDS, *(f" {word}" for word in WORDS if word.isascii())]:
        letters = [alphabet[byte] for byte in word.encode()]
        for end in range(1, len(letters)):
            left, whole = "".join(letters[:end]), "".join(letters[: end + 1])
            if whole not in tokens:
                tokens.append(whole)
                merges.append(f"{left} {letters[end]}")
    types = [NORMAL] * len(tokens) + list(SPECIALS.values())
    tokens += SPECIALS
    return Vocabulary(tuple(tokens), tuple(types), tuple(merges), tokens.index("<|im_end|>"))


def _byte_alphabet() -> list[str]:
    """GPT-2's printable stand-in for each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    spare = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(spare)) for byte in range(256)]


def _metadata(shape: Shape, vocabulary: Vocabulary, file_type: int) -> list[bytes]:
    numbers = {
        "general.file_type": file_type,
        "general.quantization_version": 2,
        "qwen3.context_length": shape.context,
        "qwen3.embedding_length": shape.width,
        "qwen3.block_count": shape.layers,
        "qwen3.feed_forward_length": shape.hidden,
        "qwen3.attention.head_count": shape.heads,
        "qwen3.attention.head_count_kv": shape.kv_heads,
        "qwen3.attention.key_length": shape.head,
        "qwen3.attention.value_length": shape.head,
        "tokenizer.ggml.eos_token_id": vocabulary.end,
        "tokenizer.ggml.padding_token_id": vocabulary.tokens.index("<|endoftext|>"),
    }
    texts = {
        "general.architecture": "qwen3",
        "general.type": "model",
        "general.name": "Tiny Qwen3",
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "qwen2",
        "tokenizer.chat_template": TEMPLATE.read_text(encoding="utf-8"),
    }
    return [
        *(_string(key) + struct.pack("<I", STRING) + _string(text) for key, text in texts.items()),
        *(_string(key) + struct.pack("<II", U32, number) for key, number in numbers.items()),
        _string("qwen3.attention.layer_norm_rms_epsilon") + struct.pack("<If", FLOAT, 1e-6),
        _string("qwen3.rope.freq_base") + struct.pack("<If", FLOAT, 1e6),
        _string("tokenizer.ggml.add_bos_token") + struct.pack("<I?", BOOL, False),
        _array("tokenizer.ggml.tokens", STRING, [_string(token) for token in vocabulary.tokens]),
        _array("tokenizer.ggml.token_type", I32, [struct.pack("<i", kind) for kind in vocabulary.types]),
        _array("tokenizer.ggml.merges", STRING, [_string(merge) for merge in vocabulary.merges]),
    ]


def _tensors(shape: Shape, vocabulary: int) -> Iterator[tuple[str, tuple[int, ...], float]]:
    """Name, dimensions (fastest first), and spread; 0 marks a norm filled with ones, below 0 one with its opposite."""
    query, kv = shape.heads * shape.head, shape.kv_heads * shape.head
    yield "token_embd.weight", (shape.width, vocabulary), 1.0
    yield "output_norm.weight", (shape.width,), 0.0
    yield "output.weight", (shape.width, vocabulary), shape.width**-0.5
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        for name in ("attn_norm", "ffn_norm"):
            yield f"{block}{name}.weight", (shape.width,), 0.0
        for name in ("attn_q_norm", "attn_k_norm"):
            yield f"{block}{name}.weight", (shape.head,), -1.6  # sharpens attention: outputs depend on the context
        for name, rows, columns in (
            ("attn_q", shape.width, query),
            ("attn_k", shape.width, kv),
            ("attn_v", shape.width, kv),
            ("attn_output", query, shape.width),
            ("ffn_gate", shape.width, shape.hidden),
            ("ffn_up", shape.width, shape.hidden),
            ("ffn_down", shape.hidden, shape.width),
        ):
            yield f"{block}{name}.weight", (rows, columns), rows**-0.5


def _type_of(spread: float, kind: str) -> int:
    return Q4_0 if spread > 0 and kind == "q4_0" else F32


def _size(dims: tuple[int, ...], ggml_type: int) -> int:
    count = int(np.prod(dims))
    return count // 32 * 18 if ggml_type == Q4_0 else count * 4


def _data(rng: np.random.Generator, dims: tuple[int, ...], spread: float, kind: str) -> NDArray[np.generic]:
    count = int(np.prod(dims))
    if spread <= 0:
        return np.full(count, -spread or 1.0, dtype="<f4")
    if kind == "f32":
        return (rng.standard_normal(count, dtype=np.float32) * spread).astype("<f4")
    blocks = np.empty((count // 32, 18), dtype=np.uint8)  # a half-precision scale, then 32 nibbles
    blocks[:, :2] = np.frombuffer(np.array(spread / NIBBLE_SPREAD, dtype="<f2").tobytes(), dtype=np.uint8)
    blocks[:, 2:] = BALANCED[rng.integers(0, 256, (count // 32, 16), dtype=np.uint8)]
    return blocks


def _padded(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def _string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _array(key: str, kind: int, items: list[bytes]) -> bytes:
    return _string(key) + struct.pack("<IIQ", ARRAY, kind, len(items)) + b"".join(items)


if __name__ == "__main__":
    print(make_tiny_model(sys.argv[1]))
