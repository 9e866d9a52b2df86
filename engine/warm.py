"""The KV of a system message on disk beside the model: the first question after a start does not wait for it.

A file is named by what it depends on (model, KV type, version of llama.cpp, the message's tokens) and begins with the
checksum of the rest: llama.cpp must never be handed damaged bytes.
"""

import hashlib
import logging
from pathlib import Path

from engine.request import Tokens

log = logging.getLogger(__name__)

KEPT = 4  # files of one model: its prompts' last versions


def file_for(model: Path, kind: str, tokens: Tokens) -> Path:
    """Where the KV of `tokens` belongs."""
    status = model.stat()
    identity = f"{kind} {status.st_size} {status.st_mtime_ns}".encode() + tokens.tobytes()
    return model.with_name(f"{model.stem}.{hashlib.sha256(identity).hexdigest()[:16]}.kv")


def read(path: Path) -> bytes | None:
    """The bytes that were written, or None when there are none or they were damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return data[32:] if hashlib.sha256(data[32:]).digest() == data[:32] else None


def write(path: Path, state: bytes) -> None:
    """Write whole or not at all, and remove the oldest; a folder that cannot be written only costs the next start."""
    part = path.with_suffix(".kv-part")
    try:
        part.write_bytes(hashlib.sha256(state).digest() + state)
        part.replace(path)
        mine = path.parent.glob(f"{path.name.rsplit('.', 2)[0]}.*.kv")
        for old in sorted(mine, key=lambda file: file.stat().st_mtime)[:-KEPT]:
            old.unlink()
    except OSError as fault:
        log.warning("event=warm_start_not_kept file=%s fault=%s", path.name, fault)
