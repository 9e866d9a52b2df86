from pathlib import Path

import pytest

from tests.tiny_model import make_tiny_model


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny qwen3 in Q4_0."""
    return make_tiny_model(tmp_path_factory.mktemp("model") / "tiny.gguf")


@pytest.fixture(scope="session")
def exact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in f32: its logits do not depend on what else is in the batch, nor on how a prompt is cut."""
    return make_tiny_model(tmp_path_factory.mktemp("model") / "exact.gguf", kind="f32")
