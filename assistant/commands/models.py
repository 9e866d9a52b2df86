"""`kb model list|pull NAME`: which models are known and here, and fetch one; progress on stderr, resumed, checked."""

import argparse
import json
from pathlib import Path

from assistant.cli import common
from assistant.settings import load_settings


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `kb model` and its two actions."""
    command = subparsers.add_parser("model", parents=[common()], help="language models and embedders: list, pull")
    actions = command.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser(
        "list", parents=[common()], help="show the models that are known and those that are here"
    )
    listing.set_defaults(run=_list)
    pulling = actions.add_parser(
        "pull", parents=[common()], help="download a model into HOME/models, resuming and checking"
    )
    pulling.add_argument("name", metavar="NAME", help="a name from `kb model list`: qwen3-4b, qwen3-32b, embedder, …")
    pulling.add_argument("--mirror", choices=("huggingface", "modelscope"), default="huggingface")
    pulling.add_argument("--host", default="", metavar="URL", help="another server of the same kind as the mirror")
    pulling.set_defaults(run=_pull)


def _list(args: argparse.Namespace) -> int:
    from engine.models import CATALOGUE, find_model

    models = load_settings(args.home).models
    used, own = find_model(models), _own_files(models)
    rows = [
        {"name": model.name, "size": model.size, "here": (models / model.target).exists(), "note": model.note}
        for model in CATALOGUE
    ]
    if args.json:
        print(json.dumps({"models": rows, "files": own, "used": used.name if used else ""}, ensure_ascii=False))
        return 0
    for row in rows:
        print(f"{'*' if row['here'] else ' '} {row['name']:20}{row['size']:>8}  {row['note']}")
    print(f"in {models}: {', '.join(own) or 'nothing yet; try: kb model pull qwen3-4b'}")
    return 0


def _own_files(models: Path) -> list[str]:
    return sorted(path.name for path in models.glob("*") if path.suffix == ".gguf" or path.is_dir())


def _pull(args: argparse.Namespace) -> int:
    from engine.models import pull

    path = pull(args.name, load_settings(args.home).models, args.mirror, args.host)
    print(json.dumps({"name": args.name, "path": str(path)}) if args.json else f"{args.name} is at {path}")
    return 0
