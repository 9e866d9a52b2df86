"""Downloads against a server on this machine that behaves like either mirror."""

import hashlib
import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from assistant import cli
from engine.models import CATALOGUE, Mirror, find_model, known, pull
from engine.types import EngineError
from tests.engine.loopback import send, serving

WEIGHTS = bytes(range(256)) * 4000
FILES = {
    "Qwen3-4B-Instruct-2507-Q4_K_M.gguf": WEIGHTS,
    "config.json": b"{}",
    "1_Pooling/config.json": b"{1}",
    "model.safetensors": WEIGHTS[:5000],
    "pytorch_model.bin": b"old",
    "onnx/model.onnx": b"other",
    "README.md": b"#",
}


class Host:
    """Both mirrors' listings and files; may cut the line or send something else."""

    def __init__(self, *, spoil: bool = False, cut: int = 0) -> None:
        self.spoil, self.cut, self.asked = spoil, cut, list[tuple[str, str]]()

    def __call__(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append((request.path, request.headers.get("Range", "")))
        if "/api/models/" in request.path:
            siblings = [
                {"rfilename": name, "size": len(data), "blobId": "0", "lfs": lfs(data) if len(data) > 1000 else None}
                for name, data in FILES.items()
            ]
            send(request, json.dumps({"id": "a/b", "siblings": siblings}).encode())
        elif "/repo/files" in request.path:
            files = [
                {"Path": name, "Size": len(data), "Sha256": hashlib.sha256(data).hexdigest(), "Type": "blob"}
                for name, data in FILES.items()
            ]
            send(request, json.dumps({"Data": {"Files": [*files, {"Path": "onnx", "Type": "tree"}]}}).encode())
        else:
            name = request.path.split("/resolve/")[1].split("/", 1)[1]
            data = FILES[name][::-1] if self.spoil else FILES[name]
            send(request, data, "application/octet-stream")


def lfs(data: bytes) -> dict[str, object]:
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "pointerSize": 134}


@pytest.mark.parametrize("mirror", ["huggingface", "modelscope"])
def test_a_model_arrives_whole_under_its_name(tmp_path: Path, mirror: Mirror) -> None:
    with serving(Host()) as host:
        path = pull("qwen3-4b", tmp_path, mirror, host)
    assert path.read_bytes() == WEIGHTS
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("mirror", ["huggingface", "modelscope"])
def test_an_embedder_is_a_folder_without_what_nobody_uses(tmp_path: Path, mirror: Mirror) -> None:
    with serving(Host()) as host:
        folder = pull("embedder", tmp_path, mirror, host)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {"config.json", "1_Pooling/config.json", "model.safetensors"} <= files
    assert not files & {"pytorch_model.bin", "onnx/model.onnx", "README.md"}


def test_a_download_goes_on_where_it_broke_off(tmp_path: Path) -> None:
    part = tmp_path / "Qwen3-4B-Instruct-2507-Q4_K_M.gguf.part"
    part.write_bytes(WEIGHTS[:70_000])
    host = Host()
    with serving(host) as address:
        path = pull("qwen3-4b", tmp_path, "huggingface", address)
    assert path.read_bytes() == WEIGHTS
    assert host.asked[-1][1].startswith("bytes=70000-")


def test_what_is_here_is_not_fetched_again(tmp_path: Path) -> None:
    host = Host()
    with serving(host) as address:
        pull("qwen3-4b", tmp_path, "huggingface", address)
        pull("qwen3-4b", tmp_path, "huggingface", address)
    assert sum("/resolve/" in path for path, _ in host.asked) == 1


def test_something_else_than_announced_is_refused_and_removed(tmp_path: Path) -> None:
    with serving(Host(spoil=True)) as host, pytest.raises(EngineError, match="checksum"):
        pull("qwen3-4b", tmp_path, "huggingface", host)
    assert not list(tmp_path.iterdir())


def test_without_network_one_sentence_says_how_to_copy_the_file_by_hand(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"cannot be reached.*--mirror modelscope.*copy it to models/Qwen3-4B"):
        pull("qwen3-4b", tmp_path, "huggingface", "http://127.0.0.1:1")


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(EngineError, match="qwen3-32b"):
        known("gpt-5")


def test_the_catalogue_is_preferred_over_other_files(tmp_path: Path) -> None:
    assert find_model(tmp_path / "none") is None
    for name in ("aaa.gguf", "Qwen3-32B-Q4_K_M.gguf", "mmproj-x.gguf", "Qwen3-4B-Instruct-2507-Q4_K_M.gguf"):
        (tmp_path / name).touch()
        found = find_model(tmp_path)
    assert found
    assert found.name == "Qwen3-4B-Instruct-2507-Q4_K_M.gguf"


def test_the_commands_list_and_pull(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(Host()) as host:
        assert cli.main(["model", "pull", "qwen3-4b", "--json", "--home", str(tmp_path), "--host", host]) == 0
    path = json.loads(capsys.readouterr().out)["path"]
    assert Path(path).is_file()
    assert cli.main(["model", "list", "--json", "--home", str(tmp_path)]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["used"] == Path(path).name
    assert [row["name"] for row in listed["models"] if row["here"]] == ["qwen3-4b"]
    assert len(listed["models"]) == len(CATALOGUE)


def test_a_failing_pull_ends_with_two_and_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["model", "pull", "embedder", "--home", str(tmp_path), "--host", "http://127.0.0.1:1"])
    assert code == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
