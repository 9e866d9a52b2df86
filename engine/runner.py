"""The only file that computes with llama.cpp: a plan's moves and feeds in, logits out. One thread at a time.

One context with a KV stream for each row (a unified cache makes every answer walk all conversations: 2.1-2.7 times
slower). Rows are copied through host memory, on a card from row to row where one still holds what was saved; partial
copies between streams abort the process, as do batches above n_batch: both are impossible here. A failed decode is
undone and its feeds are tried one by one, so that one request cannot take the others along.
"""

import ctypes
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate, pairwise
from types import ModuleType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.drafting import Drafter
from engine.gguf import DRAFTS, UBATCH, Header, KvType, MemoryPlan
from engine.request import Request, as_tokens
from engine.sampling import Grammar, Ids, Logits
from engine.scheduler import Drop, Feed, Load, Move, Plan, Save, Trim
from engine.types import EngineError

PAD = 256  # llama.cpp rounds the cells of a stream up to this
GAP = 9  # between two rows in use; on an H100 a pass costs 3.4 ms, an idle row of 4,000 tokens 0.36
NOBODY = Request(as_tokens([]), 0)
Result = Logits | EngineError | None  # a feed's outputs (valid until the next run), its fault, or nothing wanted


class Runner(Protocol):
    """What the engine needs of a model. Here: llama.cpp; in tests of the scheduler: a counting one."""

    name: str
    rows: int
    context: int
    template: str
    parked: int  # tokens of resting conversations that host memory has room for
    drafter: Drafter | None  # who guesses tokens, where a verified guess costs less than a token
    kind: str  # what a copy's bytes depend on besides the model
    card: bool  # it computes on one: gaps between rows cost little, copies through host memory much

    def run(self, plan: Plan) -> list[Result]: ...
    def tokenise(self, text: str, special: bool) -> list[int]: ...
    def piece(self, token: int) -> bytes: ...
    def ends(self, token: int) -> bool: ...
    def grammar(self, schema: str) -> Grammar: ...
    def export(self, key: int) -> bytes: ...
    def take_in(self, key: int, state: bytes) -> None: ...
    def close(self) -> None: ...


def load_library() -> ModuleType:
    """Import llama.cpp with waiting threads that sleep; spinning ones slow a shared machine four times down."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("GGML_NO_BACKTRACE", "1")  # a crash ends the process at once: it is started anew
    import llama_cpp

    global _log
    if _log is None:
        _log = llama_cpp.llama_log_callback(_note)
        llama_cpp.llama_log_set(_log, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
    return llama_cpp


_log: object = None  # llama.cpp keeps a bare pointer to it
_faults: list[str] = []  # its last error messages


def _note(level: int, text: bytes, _: object) -> None:
    if level == 4:  # GGML_LOG_LEVEL_ERROR
        _faults[:] = [*_faults[-3:], text.decode(errors="replace").strip()]


class LlamaRunner:
    """A loaded model with its context. Raises EngineError when it cannot be loaded."""

    def __init__(self, header: Header, plan: MemoryPlan, threads: int) -> None:
        self._lib = lib = load_library()
        self.name, self.rows, self.context = header.name, plan.rows, -(-plan.context // PAD) * PAD
        self.parked, self.kind = plan.parked // header.kv_per_token(plan.kv_type), f"{plan.kv_type} {lib.__version__}"
        self.drafter = Drafter() if plan.gpu_layers else None  # on the CPU a guess costs as much as a token
        self._model = self._context = None
        self._lock = threading.Lock()
        params = lib.llama_model_default_params()
        params.n_gpu_layers = plan.gpu_layers
        self._model = lib.llama_model_load_from_file(str(header.path).encode(), params)
        if not self._model:
            reason = _reason("the file is damaged or of an unknown kind")
            raise EngineError(f"{header.path.name} cannot be loaded: {reason}")
        self._context = lib.llama_init_from_model(self._model, self._context_params(plan.kv_type, threads))
        if not self._context:
            self.close()
            raise EngineError(f"{header.path.name}: no memory for {plan.rows} conversations; lower rows or context")
        self._memory = lib.llama_get_memory(self._context)
        self._vocabulary = lib.llama_model_get_vocab(self._model)
        self.vocabulary: int = lib.llama_vocab_n_tokens(self._vocabulary)
        self.template = (lib.llama_model_chat_template(self._model, None) or b"").decode(errors="replace")
        self._copies: dict[int, NDArray[np.uint8]] = {}
        self.card = plan.gpu_layers > 0
        self._held: dict[int, tuple[int, int]] = {}  # on a card: row and length that still hold a copy
        self._cloned: set[int] = set()  # rows that llama.cpp copies, or copies to, when it next computes
        self._batch = _Batch(lib, UBATCH + self.rows * (1 + DRAFTS), self.rows)

    def _context_params(self, kv_type: KvType, threads: int) -> object:
        params = self._lib.llama_context_default_params()
        params.n_ctx = self.rows * self.context
        params.n_batch, params.n_ubatch = UBATCH + self.rows * (1 + DRAFTS), UBATCH
        params.n_seq_max, params.n_outputs_max = self.rows, self.rows * (1 + DRAFTS)
        params.n_threads = params.n_threads_batch = threads
        params.kv_unified, params.no_perf = False, True
        if kv_type == "q8_0":
            params.type_k = params.type_v = self._lib.GGML_TYPE_Q8_0
            params.flash_attn_type = self._lib.LLAMA_FLASH_ATTN_TYPE_ENABLED  # a quantised V needs it
        return params

    # One step

    def run(self, plan: Plan) -> list[Result]:
        """Do the moves, compute all feeds at once. Raises EngineError when nothing can be computed at all."""
        for move in plan.moves:
            self._move(move)
        code = self._decode(plan.feeds)
        return self._outputs(plan.feeds) if code == 0 else self._one_by_one(plan.feeds, code)

    def _one_by_one(self, feeds: Sequence[Feed], code: int) -> list[Result]:
        """Codes: 1 no cells, 2 aborted, -1 bad batch, -2 no memory, -3 failed; a part may have been computed."""
        for feed in feeds:
            self._move(Trim(feed.row, feed.position))
        results: list[Result] = []
        for feed in feeds:
            alone = self._decode([feed]) if len(feeds) > 1 else code
            if alone == 0:
                (outputs,) = self._outputs([feed])
                results.append(outputs.copy() if isinstance(outputs, np.ndarray) else outputs)
            else:
                self._move(Trim(feed.row, feed.position))
                reason = _reason("no detail given")
                results.append(EngineError(f"the model failed on this question (code {alone}): {reason}"))
        return results

    def _decode(self, feeds: Sequence[Feed]) -> int:
        idle = self._between([feed.row for feed in feeds]) if self.card else []
        batch = self._batch.fill(sorted([*feeds, *idle], key=lambda feed: feed.row))
        code = int(self._lib.llama_decode(self._context, batch))
        if code != -1:  # of a bad batch nothing was begun, not even the outstanding copies
            self._cloned.clear()
        for feed in idle:
            self._lib.llama_memory_seq_rm(self._memory, feed.row, feed.position, -1)
        return code

    def _between(self, rows: Sequence[int]) -> list[Feed]:
        """A token, forgotten at once, for idle rows between these: a gap costs another pass over the weights."""
        gaps = [row for left, right in pairwise(rows) if right - left <= GAP for row in range(left + 1, right)]
        ends = [(row, self._end(row)) for row in gaps]
        return [Feed(NOBODY, row, end, [0], 0) for row, end in ends if end < self.context]

    def _end(self, row: int) -> int:
        return int(self._lib.llama_memory_seq_pos_max(self._memory, row)) + 1

    def _outputs(self, feeds: Sequence[Feed]) -> list[Result]:
        """Views into llama.cpp's logits, which stand in the order of the batch."""
        total = sum(feed.outputs for feed in feeds)
        if not total:
            return [None] * len(feeds)
        logits = np.ctypeslib.as_array(self._lib.llama_get_logits(self._context), (total, self.vocabulary))
        ends = accumulate(feed.outputs for feed in feeds)
        parts = [logits[end - feed.outputs : end] for feed, end in zip(feeds, ends, strict=True)]
        return [part if len(part) else None for part in parts]

    def _forget(self, row: int, length: int) -> None:
        self._held = {key: held for key, held in self._held.items() if held[0] != row or held[1] <= length}

    def _settle(self, row: int) -> None:
        """Have a copy from or to this row done, which waits for the next computation: compute a token."""
        if row in self._cloned:
            end = self._end(row)
            self._decode([Feed(NOBODY, row, end, [0], 0)])
            self._lib.llama_memory_seq_rm(self._memory, row, end, -1)

    def _move(self, move: Move) -> None:
        match move:
            case Trim(row, length):
                self._forget(row, length)
                self._lib.llama_memory_seq_rm(self._memory, row, length, -1)
            case Save(row, key):
                self._settle(row)
                if self.card:
                    self._held[key] = row, self._end(row)
                copy = np.empty(self._lib.llama_state_seq_get_size(self._context, row), dtype=np.uint8)
                self._lib.llama_state_seq_get_data(self._context, _pointer(copy, ctypes.c_uint8), copy.size, row)
                self._copies[key] = copy
            case Load(key, row):
                self._forget(row, 0)
                if key in self._held:  # 86 MB take 0.2 ms on the card, 10 ms from host memory
                    source, length = self._held[key]
                    self._lib.llama_memory_seq_cp(self._memory, source, row, -1, -1)
                    self._lib.llama_memory_seq_rm(self._memory, row, length, -1)
                    self._cloned |= {source, row}
                    return
                self._settle(row)
                copy = self._copies[key]
                if not self._lib.llama_state_seq_set_data(
                    self._context, _pointer(copy, ctypes.c_uint8), copy.size, row
                ):
                    raise EngineError(f"a parked conversation could not be brought back: {_reason('no detail given')}")
            case Drop(key):
                del self._copies[key]
                self._held.pop(key, None)

    def export(self, key: int) -> bytes:
        """The bytes of a copy, for the disk."""
        return self._copies[key].tobytes()

    def take_in(self, key: int, state: bytes) -> None:
        """A copy from the disk."""
        self._copies[key] = np.frombuffer(state, dtype=np.uint8)

    # Text (tokenise and grammar from any thread: the vocabulary never changes)

    def tokenise(self, text: str, special: bool) -> list[int]:
        """Tokens of `text`; only where `special` may it hold control tokens. Raises EngineError when closed."""
        data = text.encode("utf-8", "replace")
        tokens = (ctypes.c_int32 * (len(data) + 8))()
        with self._alive():
            count = self._lib.llama_tokenize(self._vocabulary, data, len(data), tokens, len(tokens), False, special)
        return tokens[: max(0, count)]

    @contextmanager
    def _alive(self) -> Iterator[None]:
        """Keep the model from being freed meanwhile: other threads count tokens while the engine closes."""
        with self._lock:
            if not self._model:
                raise EngineError("the model is closed; ask again when it is back")
            yield

    def piece(self, token: int) -> bytes:
        """The bytes of a token; control tokens have none."""
        buffer = ctypes.create_string_buffer(256)
        size = self._lib.llama_token_to_piece(self._vocabulary, token, buffer, len(buffer), 0, False)
        return buffer.raw[: max(0, size)]

    def ends(self, token: int) -> bool:
        return bool(self._lib.llama_vocab_is_eog(self._vocabulary, token))

    def grammar(self, schema: str) -> Grammar:
        """Follow a JSON schema. Raises EngineError when the schema cannot be followed."""
        from llama_cpp.llama_grammar import json_schema_to_gbnf

        try:
            text = json_schema_to_gbnf(schema)
        except Exception as fault:  # boundary: the converter asserts and indexes as it goes
            raise EngineError(f"the JSON schema cannot be followed ({fault}); simplify it") from fault
        with self._alive():
            return LlamaGrammar(self._lib, self._vocabulary, text)

    def close(self) -> None:
        """Free the model's memory; twice is harmless."""
        with self._lock:
            if self._context:
                self._lib.llama_free(self._context)
            if self._model:
                self._lib.llama_model_free(self._model)
            self._context = self._model = None


class LlamaGrammar:
    """A GBNF grammar at work in one answer; only allowed tokens may be accepted (others abort the process)."""

    def __init__(self, lib: ModuleType, vocabulary: object, text: str) -> None:
        self._lib = lib
        self._sampler = lib.llama_sampler_init_grammar(vocabulary, text.encode(), b"root")
        if not self._sampler:
            raise EngineError("the JSON schema makes no usable grammar; simplify it")

    def allowed(self, candidates: Ids) -> NDArray[np.bool_]:
        data = np.zeros(len(candidates), dtype=[("id", "<i4"), ("logit", "<f4"), ("p", "<f4")])
        data["id"] = candidates
        pointer = data.ctypes.data_as(self._lib.llama_token_data_p)
        array = self._lib.llama_token_data_array(data=pointer, size=len(data), selected=-1, sorted=False)
        self._lib.llama_sampler_apply(self._sampler, ctypes.byref(array))
        return np.asarray(data["logit"] > -np.inf)

    def accept(self, token: int) -> None:
        self._lib.llama_sampler_accept(self._sampler, token)

    def __del__(self) -> None:
        if self._sampler:
            self._lib.llama_sampler_free(self._sampler)


class _Batch:
    """A llama_batch over numpy arrays that are made once."""

    def __init__(self, lib: ModuleType, size: int, rows: int) -> None:
        self._token, self._pos = np.zeros(size, np.int32), np.zeros(size, np.int32)
        self._logits, self._ones = np.zeros(size, np.int8), np.ones(size, np.int32)
        self._rows = np.arange(rows, dtype=np.int32)
        self._row_pointers = np.zeros(size, np.uintp)
        self._batch = lib.llama_batch(
            n_tokens=0,
            token=_pointer(self._token, ctypes.c_int32),
            embd=None,
            pos=_pointer(self._pos, ctypes.c_int32),
            n_seq_id=_pointer(self._ones, ctypes.c_int32),
            seq_id=ctypes.cast(self._row_pointers.ctypes.data, ctypes.POINTER(ctypes.POINTER(ctypes.c_int32))),
            logits=_pointer(self._logits, ctypes.c_int8),
        )

    def fill(self, feeds: Sequence[Feed]) -> object:
        """The batch of these feeds, by ascending row: rows that follow each other are computed in one go."""
        tokens = [token for feed in feeds for token in feed.tokens]
        positions = [place for feed in feeds for place in range(feed.position, feed.position + len(feed.tokens))]
        rows = [feed.row for feed in feeds for _ in feed.tokens]
        wanted = [left <= feed.outputs for feed in feeds for left in range(len(feed.tokens), 0, -1)]
        count = len(tokens)
        self._token[:count], self._pos[:count], self._logits[:count] = tokens, positions, wanted
        self._row_pointers[:count] = self._rows.ctypes.data + np.array(rows, dtype=np.uintp) * 4
        self._batch.n_tokens = count
        return self._batch


def _pointer(array: NDArray[np.generic], kind: type) -> object:
    return array.ctypes.data_as(ctypes.POINTER(kind))


def _reason(otherwise: str) -> str:
    reason = _faults[0] if _faults else otherwise  # the first is the cause, the others follow from it
    _faults.clear()
    return reason


def default_threads() -> int:
    """All cores that this process may use but one, which stays with the event loop."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
    return max(1, cores - 1)
