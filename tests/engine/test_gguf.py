import time
from pathlib import Path

import pytest

from engine.gguf import (
    CARD_CONTEXT,
    MARGIN,
    MIB,
    Header,
    KvType,
    Memory,
    beside,
    capacity,
    free_memory,
    plan,
    read_header,
)
from engine.local import LocalEngine
from engine.types import EngineError
from tests.tiny_model import make_tiny_model, small_vocabulary

GIB = 1 << 30
SMALL = Header(Path("4b.gguf"), "Qwen3-4B", "qwen3", 36, 2560, 9728, 2048, 262144, 151936, 2_497_281_120)
LARGE = Header(Path("32b.gguf"), "Qwen3-32B", "qwen3", 64, 5120, 25600, 2048, 40960, 151936, 19_762_149_024)
CARD = 24564 * MIB  # what a 24 GB card has free


def test_the_header_tells_the_shape(tiny: Path) -> None:
    header = read_header(tiny)
    assert (header.name, header.layers, header.width, header.kv_width) == ("Tiny Qwen3 Q4_0", 4, 256, 256)
    assert header.vocabulary == len(small_vocabulary().tokens)
    assert tiny.stat().st_size - header.weights < 100_000


def test_kv_of_a_token_is_what_was_measured() -> None:
    assert SMALL.kv_per_token("f16") == 144 * 1024
    assert SMALL.kv_per_token("q8_0") == int(76.5 * 1024)
    assert LARGE.kv_per_token("f16") == 256 * 1024


@pytest.mark.parametrize(
    ("header", "kv_type", "conversations"),
    [(SMALL, "f16", 36), (SMALL, "q8_0", 64), (LARGE, "f16", 4), (LARGE, "q8_0", 7)],
)
def test_a_24_gb_card_holds_the_known_numbers(header: Header, kv_type: KvType, conversations: int) -> None:
    assert capacity(header, CARD - CARD_CONTEXT - MARGIN, 4096, kv_type) == conversations


def test_a_card_takes_the_whole_model_and_parks_in_ram() -> None:
    found = plan(SMALL, Memory(ram=32 * GIB, card=CARD), context=4096)
    assert (found.gpu_layers, found.context, found.rows, found.kv_type) == (37, 4096, 32, "f16")
    assert found.parked == 8 * GIB


def test_the_large_model_gets_few_rows_in_the_small_type() -> None:
    found = plan(LARGE, Memory(ram=64 * GIB, card=CARD), context=4096)
    assert (found.gpu_layers, found.rows) == (65, 4)


def test_a_small_card_takes_some_layers() -> None:
    found = plan(LARGE, Memory(ram=64 * GIB, card=12 * GIB), context=4096)
    assert 10 < found.gpu_layers < 64


def test_without_a_card_the_processor_does_it() -> None:
    found = plan(SMALL, Memory(ram=16 * GIB))
    assert (found.gpu_layers, found.rows, found.context) == (0, 4, 8192)


def test_little_memory_shortens_the_context_before_it_refuses() -> None:
    assert plan(SMALL, Memory(ram=3200 * MIB)).context < 8192


def test_what_cannot_fit_is_refused_with_figures_and_advice() -> None:
    with pytest.raises(
        EngineError, match=r"32b\.gguf does not fit: 18\.4 GiB of weights.* 8\.0 GiB are free; .*kb model"
    ):
        plan(LARGE, Memory(ram=8 * GIB))


@pytest.mark.parametrize(
    ("memory", "fits"),
    [
        (Memory(ram=64 * GIB, card=80 * GIB), True),
        (Memory(ram=64 * GIB, card=CARD), False),
        (Memory(ram=64 * GIB), True),
        (Memory(ram=22 * GIB), False),
    ],
)
def test_two_models_stand_side_by_side_or_take_turns(memory: Memory, fits: bool) -> None:
    leave = beside(SMALL, LARGE, memory, 4096)
    assert (leave > LARGE.weights) == fits
    if fits:  # what the first takes leaves the second a plan of its own
        first = plan(SMALL, memory.less(leave), 4096)
        taken = SMALL.weights + first.rows * 4096 * SMALL.kv_per_token(first.kv_type) + SMALL.compute(first.rows)
        assert plan(LARGE, memory.less(taken), 4096).rows >= 2


def test_a_second_model_that_does_not_fit_alone_is_refused() -> None:
    with pytest.raises(EngineError, match="does not fit"):
        beside(SMALL, LARGE, Memory(ram=10 * GIB), 4096)


def test_this_machine_has_memory() -> None:
    assert free_memory().ram > 100 * MIB


def spoiled(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "spoiled.gguf"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("size", [0, 3, 4, 20, 1000, 30_000, -1])
def test_a_truncated_model_is_refused_in_one_sentence(tiny: Path, tmp_path: Path, size: int) -> None:
    path = spoiled(tmp_path, tiny.read_bytes()[:size])
    with pytest.raises(EngineError, match=r"spoiled\.gguf"):
        LocalEngine.open(path)


@pytest.mark.parametrize("data", [b"<!DOCTYPE html>" * 100, b"GGUF" + b"\xff" * 500, b"\0" * 5000])
def test_garbage_is_refused_in_one_sentence(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(EngineError, match=r"download it again|not supported"):
        LocalEngine.open(spoiled(tmp_path, data))


def test_a_missing_model_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"no such model file.*kb model pull"):
        LocalEngine.open(tmp_path / "none.gguf")


def test_a_model_that_does_not_write_text_is_refused(tiny: Path, tmp_path: Path) -> None:
    path = spoiled(tmp_path, tiny.read_bytes().replace(b"\x05\0\0\0\0\0\0\0qwen3", b"\x05\0\0\0\0\0\0\0bert!", 1))
    with pytest.raises(EngineError, match="no model that writes text"):
        LocalEngine.open(path)


def test_an_unknown_architecture_is_refused_by_the_loader(tiny: Path, tmp_path: Path) -> None:
    path = spoiled(tmp_path, tiny.read_bytes().replace(b"qwen3", b"qwenX"))
    with pytest.raises(EngineError, match=r"cannot be loaded.*qwenX"):
        LocalEngine.open(path)


def test_a_header_with_a_large_vocabulary_is_read_at_once(tmp_path: Path) -> None:
    small = small_vocabulary()
    extra = tuple(f"x{number}" for number in range(150_000))
    big = type(small)(small.tokens + extra, small.types + (1,) * len(extra), small.merges * 300, small.end)
    path = make_tiny_model(tmp_path / "big.gguf", vocabulary=big)
    started = time.perf_counter()
    assert read_header(path).vocabulary == len(big.tokens)
    assert time.perf_counter() - started < 5  # far above the 0.1 s it takes; gguf.GGUFReader takes 14 s
