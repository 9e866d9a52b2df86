"""The models we know, where they are, and how they get here: from Hugging Face or ModelScope, resumed and checked.

A download lands beside its target as NAME.part, is resumed where it broke off, and takes its name only when size and
SHA-256 agree. Nothing is fetched unless somebody asks for it.
"""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.types import EngineError

Mirror = Literal["huggingface", "modelscope"]
HOSTS: dict[Mirror, str] = {"huggingface": "https://huggingface.co", "modelscope": "https://modelscope.cn"}
UNUSED = (".md", ".h5", ".msgpack", ".onnx", ".png", ".jpg", ".jpeg", ".webp", ".pdf", ".gitattributes", ".DS_Store")


@dataclass(frozen=True, slots=True)
class KnownModel:
    """`file` of `repository` is wanted; without one the whole folder (an embedder). `target` is its name in models/."""

    name: str
    repository: str
    file: str
    target: str
    size: str
    note: str


CATALOGUE = (
    KnownModel("qwen3-4b", "unsloth/Qwen3-4B-Instruct-2507-GGUF", "Qwen3-4B-Instruct-2507-Q4_K_M.gguf",
               "Qwen3-4B-Instruct-2507-Q4_K_M.gguf", "2.5 GB", "default: fast, no thinking"),
    KnownModel("qwen3-32b", "Qwen/Qwen3-32B-GGUF", "Qwen3-32B-Q4_K_M.gguf",
               "Qwen3-32B-Q4_K_M.gguf", "19.8 GB", "expert: set expert_model to it; wants a 24 GB card"),
    KnownModel("qwen3-4b-hybrid", "Qwen/Qwen3-4B-GGUF", "Qwen3-4B-Q4_K_M.gguf",
               "Qwen3-4B-Q4_K_M.gguf", "2.5 GB", "can think before it answers"),
    KnownModel("embedder", "Qwen/Qwen3-Embedding-0.6B", "", "embedder", "1.2 GB", "default embedder, found by itself"),
    KnownModel("bge-small-zh-v1.5", "BAAI/bge-small-zh-v1.5", "", "bge-small-zh-v1.5", "0.1 GB", "small, Chinese"),
    KnownModel("bge-m3", "BAAI/bge-m3", "", "bge-m3", "2.3 GB", "multilingual embedder"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file of a repository; `sha256` is empty where the host does not tell it (small text files)."""

    path: str
    size: int
    sha256: str


def find_model(models: Path) -> Path | None:
    """The text model to use: the first of the catalogue that is there, else the first GGUF file by name."""
    here = sorted(path for path in models.glob("*.gguf") if "mmproj" not in path.name.lower())
    order = [model.target for model in CATALOGUE]
    return min(here, key=lambda path: order.index(path.name) if path.name in order else len(order), default=None)


def known(name: str) -> KnownModel:
    """The catalogue's model of that name. Raises EngineError."""
    for model in CATALOGUE:
        if model.name == name.lower():
            return model
    raise EngineError(f"{name!r} is no known model; known are {', '.join(model.name for model in CATALOGUE)}")


def pull(name: str, models: Path, mirror: Mirror = "huggingface", host: str = "") -> Path:
    """Download a known model into `models`, resuming an earlier try; progress on stderr. Raises EngineError."""
    model, host = known(name), (host or HOSTS[mirror]).rstrip("/")
    files = _wanted(model, _listed(model, mirror, host))
    target = models / model.target
    folder = target.parent if model.file else target
    models.mkdir(parents=True, exist_ok=True)
    missing = [file for file in files if not _complete(folder / file.path, file)]
    needed, free = sum(file.size for file in missing), shutil.disk_usage(models).free
    if needed > free:
        raise EngineError(f"{models}: {needed / 1e9:.1f} GB are needed and {free / 1e9:.1f} GB free; make room")
    for file in missing:
        _fetch(_address(model, file, mirror, host), folder / file.path, file, model)
    return target


def _listed(model: KnownModel, mirror: Mirror, host: str) -> list[RemoteFile]:
    """What the repository holds, with sizes and checksums."""
    from huggingface_hub import HfApi
    from huggingface_hub.utils._http import get_session, hf_raise_for_status

    try:
        if mirror == "huggingface":
            info = HfApi(endpoint=host, token=False).model_info(model.repository, files_metadata=True, timeout=20)
            return [
                RemoteFile(file.rfilename, file.size or 0, file.lfs.sha256 if file.lfs else "")
                for file in info.siblings or ()
            ]
        query = f"{host}/api/v1/models/{model.repository}/repo/files?Revision=master&Recursive=true"
        answer = get_session().get(query, timeout=20)
        hf_raise_for_status(answer)
        files = [file for file in answer.json()["Data"]["Files"] if file["Type"] == "blob"]
        return [RemoteFile(file["Path"], int(file["Size"]), file.get("Sha256") or "") for file in files]
    except Exception as fault:  # boundary: whatever the network and its libraries raise
        raise EngineError(_by_hand(model, host, fault)) from fault


def _wanted(model: KnownModel, files: Sequence[RemoteFile]) -> list[RemoteFile]:
    if model.file:
        wanted = [file for file in files if file.path == model.file]
    else:
        safe = any(file.path.endswith(".safetensors") for file in files)
        skipped = (*UNUSED, ".bin") if safe else UNUSED
        wanted = [
            file for file in files if not file.path.endswith(skipped) and not file.path.startswith(("onnx/", "."))
        ]
    if not wanted or any(".." in Path(file.path).parts or file.path.startswith("/") for file in wanted):
        raise EngineError(f"{model.repository} does not hold what was expected; choose another mirror")
    return wanted


def _address(model: KnownModel, file: RemoteFile, mirror: Mirror, host: str) -> str:
    if mirror == "huggingface":
        return f"{host}/{model.repository}/resolve/main/{file.path}"
    return f"{host}/models/{model.repository}/resolve/master/{file.path}"


def _complete(path: Path, file: RemoteFile) -> bool:
    return path.is_file() and path.stat().st_size == file.size


def _fetch(address: str, path: Path, file: RemoteFile, model: KnownModel) -> None:
    """Download to PATH.part from where it stands, check, rename."""
    from huggingface_hub.file_download import http_get

    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    if part.exists() and part.stat().st_size > file.size:
        part.unlink()
    try:
        with part.open("ab") as out:
            http_get(address, out, resume_size=out.tell(), expected_size=file.size, displayed_filename=path.name)
    except Exception as fault:  # boundary: whatever the network and its libraries raise
        raise EngineError(_by_hand(model, address, fault)) from fault
    with part.open("rb") as done:
        digest = hashlib.file_digest(done, "sha256").hexdigest() if file.sha256 else ""
    if part.stat().st_size != file.size or digest != file.sha256:
        part.unlink()
        raise EngineError(f"{path.name}: what arrived is not what was announced (checksum); run the command again")
    part.replace(path)


def _by_hand(model: KnownModel, place: str, fault: Exception) -> str:
    """One sentence: what failed, and how to do without the network."""
    what, other = model.file or "all files", "huggingface" if "modelscope" in place else "modelscope"
    reason = (str(fault).strip() or type(fault).__name__).splitlines()[0]
    return (
        f"{place} cannot be reached ({reason}); try --mirror {other}, or on another machine fetch {what} of "
        f"{model.repository} and copy it to models/{model.target}"
    )
