"""`kb check`: what an editor should mend, by file and line. Reads kb_sources/, writes nothing."""

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

from assistant.cli import Subparsers, command
from assistant.settings import load_settings
from knowledge.checking import CheckReport, check
from knowledge.types import Problem


def register(subparsers: Subparsers) -> None:
    """Add `check` to the command line."""
    parser = command(subparsers, "check", "say what editors should mend in kb_sources/", run)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders to check (default: all)")
    parser.add_argument(
        "--format", choices=sorted(_FORMATS), default="text", help="text, one JSON object, or GitHub annotations"
    )


def run(args: argparse.Namespace) -> int:
    """Print the report; exit code 1 for problems that are errors, 2 for a path that is not there."""
    settings = load_settings(args.home)
    missing = [path for path in args.paths if not path.exists() and not (settings.sources / path).exists()]
    if missing:
        raise FileNotFoundError(2, "No such file or directory", str(missing[0]))
    report = check(settings.sources, args.paths, today=date.today())
    print(_FORMATS["json" if args.json else args.format](report))
    return 1 if report.errors else 0


def _text(report: CheckReport) -> str:
    lines = [f"{p.file}:{p.line}: {p.severity} [{p.code}] {p.message}\n    → {p.remedy}" for p in report.problems]
    warnings = sum(p.severity == "warning" for p in report.problems)
    lines.append(f"{report.files} files, {report.entries} entries, {report.errors} errors, {warnings} warnings")
    return "\n".join(lines)


def _json(report: CheckReport) -> str:
    problems = [{key: value for key, value in asdict(p).items() if key != "rows"} for p in report.problems]
    return json.dumps({"files": report.files, "entries": report.entries, "problems": problems}, ensure_ascii=False)


def _github(report: CheckReport) -> str:
    return "\n".join(_annotation(p) for p in report.problems)


def _annotation(p: Problem) -> str:
    kind = "notice" if p.severity == "info" else p.severity
    file = f"kb_sources/{p.file}".replace("%", "%25").replace(",", "%2C").replace(":", "%3A")
    said = f"{p.message}; {p.remedy}".replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{kind} file={file},line={p.line},title={p.code}::{said}"


_FORMATS: Mapping[str, Callable[[CheckReport], str]] = {"text": _text, "json": _json, "github": _github}
