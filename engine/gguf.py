"""The header of a model file becomes its shape; shape and free memory become a plan: what fits, or why nothing does.

Reads metadata and the tensor table only (0.2 s at 152k vocabulary), so a wrong file or too little memory is refused
with figures before anything is loaded. Knows sizes, not how to compute.
"""

import ctypes
import mmap
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import psutil

from engine.types import EngineError

KvType = Literal["f16", "q8_0"]
KV_BYTES: dict[KvType, float] = {"f16": 2.0, "q8_0": 34 / 32}  # an element
MIB = 1 << 20
MARGIN = 512 * MIB  # llama.cpp aborts the process when the card runs out in the middle of a decode (llama.cpp#28338)
CARD_CONTEXT = 500 * MIB  # what the CUDA context itself takes
SMALLEST_CONTEXT = 2048  # a system prompt, a few passages and an answer
UBATCH = 512
DRAFTS = 3  # tokens that speculation may add to a row; each can have an output
SECOND_ROWS = 2  # conversations of a second model that must fit beside the first, else they take turns
ROWS_ON_CARD, ROWS_ON_CPU = 32, 4  # more rows than this make each answer slow before they help
PARKED_SHARE, PARKED_MOST = 4, 16 << 30  # a quarter of the free memory, 16 GiB at most, for resting conversations

FORMATS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
STRING, ARRAY = 8, 9
FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 25: "IQ4_NL", 30: "IQ4_XS", 32: "BF16",
}  # fmt: skip
NOT_TEXT = ("clip", "bert", "t5encoder", "whisper", "wavtokenizer")  # architectures that read or see but do not write


@dataclass(frozen=True, slots=True)
class Header:
    """What a model file says about itself; `weights` in bytes."""

    path: Path
    name: str
    architecture: str
    layers: int
    width: int
    hidden: int
    kv_width: int  # key and value elements of one token in one layer
    context: int
    vocabulary: int
    weights: int

    def kv_per_token(self, kv_type: KvType) -> int:
        return int(self.layers * self.kv_width * KV_BYTES[kv_type])

    def compute(self, rows: int) -> int:
        """Working memory: activations of a ubatch and two copies of every output; above all that was measured."""
        return int(6 * UBATCH * (4 * self.width + 3 * self.hidden) + 8 * rows * (1 + DRAFTS) * self.vocabulary)


@dataclass(frozen=True, slots=True)
class Memory:
    """Free bytes of RAM and of the card (0: none)."""

    ram: int
    card: int = 0

    def less(self, size: int) -> "Memory":
        """With `size` bytes taken, wherever a model would go."""
        return replace(self, ram=max(0, self.ram - size), card=max(0, self.card - size))


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """What to load where. `context` is tokens of one conversation, `parked` bytes of RAM for resting conversations."""

    gpu_layers: int
    context: int
    rows: int
    kv_type: KvType
    parked: int


def read_header(path: Path) -> Header:
    """Read the shape of a model. Raises EngineError when the file is missing, damaged, or no model that writes text."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _Reader(path, data).header()
    except FileNotFoundError:
        raise EngineError(f"{path}: no such model file; put a GGUF file there or run: kb model pull qwen3-4b") from None
    except (OSError, ValueError) as fault:  # ValueError: mmap of an empty file
        raise EngineError(f"{path}: cannot be read ({fault}); check the file and who may read it") from fault
    except (struct.error, KeyError, IndexError, OverflowError, UnicodeDecodeError) as fault:
        raise EngineError(f"{path}: the model file is damaged or cut off; download it again") from fault


class _Reader:
    """Walks a GGUF header once."""

    def __init__(self, path: Path, data: mmap.mmap) -> None:
        self.path, self.data, self.at = path, data, 4

    def header(self) -> Header:
        if self.data[:4] != b"GGUF":
            raise EngineError(f"{self.path}: is no GGUF file (a web page or a pointer, perhaps); download it again")
        version, tensors, pairs = self._take("<I"), self._take("<Q"), self._take("<Q")
        if version not in (2, 3):
            raise EngineError(f"{self.path}: GGUF version {version} is not supported; convert the model anew")
        meta = dict(self._pairs(pairs))
        weights = self._weights(tensors, int(meta.get("general.alignment", 32)))
        architecture = str(meta.get("general.architecture", ""))
        if any(word in architecture for word in NOT_TEXT) or f"{architecture}.block_count" not in meta:
            kind = architecture or "nameless"
            raise EngineError(f"{self.path}: a {kind} file is no model that writes text; choose another")
        if not weights or not meta.get("tokenizer.ggml.tokens"):
            raise EngineError(f"{self.path}: holds no weights or no vocabulary; download the whole model")
        return self._shape(meta, architecture, weights)

    def _shape(self, meta: Mapping[str, object], architecture: str, weights: int) -> Header:
        def number(key: str, default: int = 0) -> int:
            value = meta.get(f"{architecture}.{key}", default)
            return value if isinstance(value, int) else default

        heads = number("attention.head_count", 1) or 1
        head = number("embedding_length") // heads
        kv_heads = number("attention.head_count_kv", heads)
        name = str(meta.get("general.name") or self.path.stem)
        quantised = FILE_TYPES.get(meta.get("general.file_type", -1), "")  # type: ignore[call-overload]
        return Header(
            path=self.path,
            name=name if not quantised or quantised in name else f"{name} {quantised}",
            architecture=architecture,
            layers=number("block_count"),
            width=number("embedding_length"),
            hidden=number("feed_forward_length"),
            kv_width=kv_heads * (number("attention.key_length", head) + number("attention.value_length", head)),
            context=number("context_length", SMALLEST_CONTEXT),
            vocabulary=int(str(meta["tokenizer.ggml.tokens"])),
            weights=weights,
        )

    def _take(self, form: str) -> int:
        (value,) = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return value  # type: ignore[no-any-return]

    def _text(self) -> str:
        size = self._take("<Q")
        self.at += size
        if self.at > len(self.data):
            raise IndexError(self.at)
        return self.data[self.at - size : self.at].decode()

    def _pairs(self, count: int) -> "Iterator[tuple[str, int | str]]":
        for _ in range(count):
            key, kind = self._text(), self._take("<I")
            if kind == ARRAY:
                yield key, self._skip_array()
            else:
                yield key, self._text() if kind == STRING else self._take(FORMATS[kind])

    def _skip_array(self) -> int:
        """Pass over an array; its length is all that is wanted."""
        kind, count = self._take("<I"), self._take("<Q")
        if kind != STRING:
            self.at += count * struct.calcsize(FORMATS[kind])
            return count
        unpack, data, at = struct.Struct("<Q").unpack_from, self.data, self.at
        for _ in range(count):
            at += 8 + unpack(data, at)[0]
        self.at = at
        return count

    def _weights(self, tensors: int, alignment: int) -> int:
        """Bytes after the header; raises when not even the last tensor begins in them (the loader checks its end)."""
        last = 0
        for _ in range(tensors):
            self._text()
            dimensions = self._take("<I")
            self.at += 8 * dimensions + 4  # and the type
            last = max(last, self._take("<Q"))
        start = -(-self.at // alignment) * alignment
        if start + last >= len(self.data):
            raise IndexError(last)
        return len(self.data) - start if tensors else 0


def free_memory() -> Memory:
    """Look at the machine; loads llama.cpp to see its cards."""
    ram = min(psutil.virtual_memory().available, _container_limit())
    import llama_cpp

    library = llama_cpp.llama_cpp._lib
    card = 0
    if llama_cpp.llama_supports_gpu_offload():
        library.ggml_backend_dev_get.restype = ctypes.c_void_p
        library.ggml_backend_dev_get.argtypes = library.ggml_backend_dev_count.argtypes = None
        for number in range(library.ggml_backend_dev_count()):
            device = ctypes.c_void_p(library.ggml_backend_dev_get(ctypes.c_size_t(number)))
            free, total = ctypes.c_size_t(), ctypes.c_size_t()
            library.ggml_backend_dev_memory(device, ctypes.byref(free), ctypes.byref(total))
            if library.ggml_backend_dev_type(device) == 1 and free.value > card:  # GGML_BACKEND_DEVICE_TYPE_GPU
                card = free.value
    return Memory(ram, card)


def _container_limit() -> int:
    """Bytes this container may still take; psutil sees only the machine."""
    group = Path("/sys/fs/cgroup")
    try:
        return int((group / "memory.max").read_text()) - int((group / "memory.current").read_text())
    except (OSError, ValueError):  # no limit ("max"), or no cgroups
        return 1 << 62


def capacity(header: Header, budget: int, context: int, kv_type: KvType) -> int:
    """Conversations of `context` tokens that fit into `budget` bytes together with the weights."""
    unpacked = 2 * header.kv_width if kv_type == "q8_0" else 0  # a layer's in f16: flash attention works on those
    row = context * (header.kv_per_token(kv_type) + unpacked) + header.compute(1) - header.compute(0)
    return max(0, (budget - header.weights - header.compute(0)) // row)


def beside(first: Header, second: Header, memory: Memory, context: int, gpu_layers: int = -1) -> int:
    """Bytes that `first` leaves for `second`, 0 where they must take turns. Raises EngineError: `second` never fits."""
    plan(second, memory, context, gpu_layers=gpu_layers)
    rows = SECOND_ROWS * min(context, second.context or context) * second.kv_per_token("q8_0")
    needed = second.weights + int(rows) + second.compute(SECOND_ROWS) + CARD_CONTEXT + MARGIN
    try:
        found = plan(first, memory.less(needed), context, gpu_layers=gpu_layers)
    except EngineError:
        return 0
    whole = found.gpu_layers > first.layers or not memory.card or gpu_layers == 0
    return needed if whole and found.context == min(context, first.context or context) else 0


def plan(header: Header, memory: Memory, context: int = 8192, rows: int = 0, gpu_layers: int = -1) -> MemoryPlan:
    """Choose layers on the card, context, rows and KV type. Raises EngineError, with figures, when nothing fits."""
    context = min(context, header.context or context)
    shares = [share for share in (context, context // 2, context // 4) if share >= min(SMALLEST_CONTEXT, context)]
    if memory.card and gpu_layers:
        for share in shares:
            if best := _best(header, memory.card - CARD_CONTEXT - MARGIN, share, rows or ROWS_ON_CARD):
                layers = header.layers + 1 if gpu_layers < 0 else gpu_layers
                return MemoryPlan(layers, share, *best, min(memory.ram // PARKED_SHARE, PARKED_MOST))
    for share in shares:
        if best := _best(header, memory.ram - MARGIN, share, rows or ROWS_ON_CPU):
            layers = min(header.layers, _layers_on_card(header, memory, share, best)) if gpu_layers < 0 else gpu_layers
            left = memory.ram - header.weights - best[0] * share * header.kv_per_token(best[1])
            return MemoryPlan(layers, share, *best, min(left // PARKED_SHARE, PARKED_MOST))
    raise EngineError(_refusal(header, memory))


def _best(header: Header, budget: int, context: int, wanted: int) -> tuple[int, KvType] | None:
    """Full precision while half the wanted rows fit in it, else the smaller KV type, else nothing."""
    full, small = (capacity(header, budget, context, kind) for kind in ("f16", "q8_0"))
    if 2 * full >= min(wanted, small):
        return (min(full, wanted), "f16") if full else None
    return min(small, wanted), "q8_0"


def _layers_on_card(header: Header, memory: Memory, context: int, best: tuple[int, KvType]) -> int:
    """Layers that fit on a card too small for the whole model."""
    rows, kv_type = best
    layer = (header.weights + rows * context * header.kv_per_token(kv_type)) // header.layers
    return max(0, (memory.card - CARD_CONTEXT - MARGIN - header.compute(rows)) // layer)


def _refusal(header: Header, memory: Memory) -> str:
    talk, work = SMALLEST_CONTEXT * header.kv_per_token("q8_0"), header.compute(1) + MARGIN
    sizes = header.weights, talk, work, header.weights + int(talk) + work, memory.ram, memory.card
    weights, one, rest, needed, ram, card = (f"{size / (1 << 30):.1f} GiB" for size in sizes)
    also = f" and {card} on the card" if memory.card else ""
    return (
        f"{header.path.name} does not fit: {weights} of weights, {one} for one conversation and {rest} to work in make "
        f"{needed}, but only {ram} are free{also}; close other programs or choose a smaller model (kb model list)"
    )
