"""`kb model list|pull NAME`: which models are known and here, and fetch one; progress on stderr, resumed, checked."""

import argparse

from assistant.cli import Subparsers, command, group, tell
from assistant.settings import load_settings
from engine.models import CATALOGUE, find_model, pull


def register(subparsers: Subparsers) -> None:
    """Add `kb model` and its two actions."""
    actions = group(subparsers, "model", "language models and embedders: list, pull")
    command(actions, "list", "show the models that are known and those that are here", _list)
    pulling = command(actions, "pull", "download a model into HOME/models, resuming and checking", _pull)
    pulling.add_argument("name", metavar="NAME", help="a name from `kb model list`: qwen3-4b, qwen3-32b, embedder, …")
    pulling.add_argument("--mirror", choices=("huggingface", "modelscope"), default="huggingface")
    pulling.add_argument("--host", default="", metavar="URL", help="another server of the same kind as the mirror")


def _list(args: argparse.Namespace) -> None:
    models = load_settings(args.home).models
    used = find_model(models)
    own = sorted(path.name for path in models.glob("*") if path.suffix == ".gguf" or path.is_dir())
    rows = [
        {"name": model.name, "size": model.size, "here": (models / model.target).exists(), "note": model.note}
        for model in CATALOGUE
    ]
    lines = [f"{'*' if row['here'] else ' '} {row['name']:20}{row['size']:>8}  {row['note']}" for row in rows]
    lines.append(f"in {models}: {', '.join(own) or 'nothing yet; try: kb model pull qwen3-4b'}")
    tell(args, {"models": rows, "files": own, "used": used.name if used else ""}, *lines)


def _pull(args: argparse.Namespace) -> None:
    path = pull(args.name, load_settings(args.home).models, args.mirror, args.host)
    tell(args, {"name": args.name, "path": str(path)}, f"{args.name} is at {path}")
