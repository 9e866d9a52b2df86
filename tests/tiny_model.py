"""Write a small random-weight qwen3 model as GGUF in well under a second: real architecture and template, no download.

`make_tiny_model(path)` for tests; `python tests/tiny_model.py PATH` by hand. What such a model says is noise, but
deterministic noise that depends on the whole context, which is what tests of an engine need. Only f32 weights give
the same logits whatever else is in the batch (measured on CPU); q4_0 is the small one, q4_k_m has llama.cpp's layout
of that name and needs rows of whole 256s. The vocabulary is 256 bytes, some words and Chinese characters; every text
can be tokenised. benchmarks/engine.py passes shapes and vocabularies.
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
F32, Q4_0, Q4_K, Q6_K = 0, 2, 12, 14  # ggml types
BLOCKS = {F32: (1, 4), Q4_0: (32, 18), Q4_K: (256, 144), Q6_K: (256, 210)}  # weights and bytes of a block
FILE_TYPES = {"f32": 0, "q4_0": 2, "q4_k_m": 15}
U32, FLOAT, BOOL, STRING, ARRAY, I32 = 4, 6, 7, 8, 9, 5  # GGUF value types
NORMAL, CONTROL, USER_DEFINED = 1, 3, 4  # token types
SPECIALS = {"<|endoftext|>": CONTROL, "<|im_start|>": CONTROL, "<|im_end|>": CONTROL} | dict.fromkeys(
    ("<think>", "</think>"), USER_DEFINED
)
NIBBLE_SPREAD = 4.2  # standard deviation of -7…7 and two zeros
Q4_K_SPREAD, Q6_K_SPREAD, K_SCALE = 4.61, 18.5, 8  # of 0…15, of -32…31; what every sub-block is scaled by
TIED_SPREAD = 0.05  # of embeddings that also write: with more of it each token would call for itself
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
    tied: bool = False  # the embeddings are also the output matrix, as in Qwen3 up to 4B


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
    """Write a model of `kind` f32, q4_0 or q4_k_m to `path`, return that; the same arguments give the same bytes."""
    shape, vocabulary = shape or Shape(), vocabulary or small_vocabulary()
    tensors = [
        (name, dims, spread, _type_of(name, spread, kind, shape))
        for name, dims, spread in _tensors(shape, len(vocabulary.tokens))
    ]
    metadata = _metadata(shape, vocabulary, FILE_TYPES[kind])
    infos, offset = b"", 0
    for name, dims, _, ggml_type in tensors:
        infos += _string(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, ggml_type, offset)
        offset += _padded(_size(dims, ggml_type))
    header = struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(metadata)) + b"".join(metadata) + infos
    rng = np.random.default_rng(seed)
    path = Path(path)
    with path.open("wb") as file:
        file.write(header.ljust(_padded(len(header)), b"\0"))
        for _, dims, spread, ggml_type in tensors:
            data = _data(rng, int(np.prod(dims)), spread, ggml_type).tobytes()
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
    yield "token_embd.weight", (shape.width, vocabulary), TIED_SPREAD if shape.tied else 1.0
    yield "output_norm.weight", (shape.width,), 0.0
    if not shape.tied:
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


def _type_of(name: str, spread: float, kind: str, shape: Shape) -> int:
    if spread <= 0 or kind == "f32":
        return F32
    if kind == "q4_0":
        return Q4_0
    finer = name == ("token_embd.weight" if shape.tied else "output.weight") or (
        name.endswith(("attn_v.weight", "ffn_down.weight")) and _finer(int(name.split(".")[1]), shape.layers)
    )
    return Q6_K if finer else Q4_K


def _finer(layer: int, layers: int) -> bool:
    """llama.cpp's `use_more_bits`: the first and last eighth, and each third between."""
    return layer < layers // 8 or layer >= 7 * layers // 8 or (layer - layers // 8) % 3 == 2


def _size(dims: tuple[int, ...], ggml_type: int) -> int:
    weights, size = BLOCKS[ggml_type]
    return int(np.prod(dims)) // weights * size


def _data(rng: np.random.Generator, count: int, spread: float, ggml_type: int) -> NDArray[np.generic]:
    if spread <= 0:
        return np.full(count, -spread or 1.0, dtype="<f4")
    if ggml_type == F32:
        return (rng.standard_normal(count, dtype=np.float32) * spread).astype("<f4")
    weights, size = BLOCKS[ggml_type]
    blocks = np.empty((count // weights, size), dtype=np.uint8)
    {Q4_0: _fill_q4_0, Q4_K: _fill_q4_k, Q6_K: _fill_q6_k}[ggml_type](rng, blocks, spread)
    return blocks


def _fill_q4_0(rng: np.random.Generator, blocks: NDArray[np.uint8], spread: float) -> None:
    """A half-precision scale, then 32 nibbles."""
    blocks[:, :2] = _half(spread / NIBBLE_SPREAD)
    blocks[:, 2:] = BALANCED[rng.integers(0, 256, (len(blocks), 16), dtype=np.uint8)]


def _fill_q4_k(rng: np.random.Generator, blocks: NDArray[np.uint8], spread: float) -> None:
    """Scale, offset, 8 sub-blocks' 6-bit scales and offsets (all the same: weights are centred), then 256 nibbles."""
    scale = spread / Q4_K_SPREAD / K_SCALE
    blocks[:, :2], blocks[:, 2:4] = _half(scale), _half(7.5 * scale)
    blocks[:, 4:12], blocks[:, 12:16] = K_SCALE, K_SCALE | K_SCALE << 4
    blocks[:, 16:] = rng.integers(0, 256, (len(blocks), 128), dtype=np.uint8)


def _fill_q6_k(rng: np.random.Generator, blocks: NDArray[np.uint8], spread: float) -> None:
    """256 weights: low nibbles, high two bits, 16 scales (of either sign: the mean is 0), and the scale of those."""
    blocks[:, :192] = rng.integers(0, 256, (len(blocks), 192), dtype=np.uint8)
    signs = np.array([K_SCALE, 256 - K_SCALE], dtype=np.uint8)
    blocks[:, 192:208] = signs[rng.integers(0, 2, (len(blocks), 16), dtype=np.uint8)]
    blocks[:, 208:] = _half(spread / Q6_K_SPREAD / K_SCALE)


def _half(value: float) -> NDArray[np.uint8]:
    return np.frombuffer(np.array(value, dtype="<f2").tobytes(), dtype=np.uint8)


def _padded(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def _string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _array(key: str, kind: int, items: list[bytes]) -> bytes:
    return _string(key) + struct.pack("<IIQ", ARRAY, kind, len(items)) + b"".join(items)


if __name__ == "__main__":
    print(make_tiny_model(sys.argv[1]))
