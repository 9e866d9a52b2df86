"""What a sync tells: of a new generation, of a run that found nothing to do, and the last report that was kept."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from knowledge.building import Built
from knowledge.gathering import Gathered
from knowledge.manifest import Manifest
from knowledge.types import Problem, SourceChanges, SyncReport

REPORT = "report.json"  # under index/: what the last run said


def tell_made(gathered: Gathered, manifest: Manifest, built: Built, previous: str) -> SyncReport:
    """The report of a new generation, which is live unless it was held back."""
    live = previous if manifest.held_back else manifest.generation
    return SyncReport(
        live, previous, gathered.changes, manifest.entries, manifest.chunks, built.embedded, built.reused,
        len(gathered.held), _errors(gathered.problems), 0.0, switched=not manifest.held_back,
        held_back=manifest.held_back, scores=manifest.scores,
    )  # fmt: skip


def tell_unchanged(manifest: Manifest, problems: Sequence[Problem]) -> SyncReport:
    """The report of a run that left the live generation as it is."""
    known = [*problems, *(problem for record in manifest.sources for problem in record.problems)]
    held = sum(record.held for record in manifest.sources)
    return SyncReport(
        manifest.generation, manifest.generation, SourceChanges(unchanged=len(manifest.sources)), manifest.entries,
        manifest.chunks, 0, manifest.chunks, held, _errors(known), 0.0, switched=False, scores=manifest.scores,
    )  # fmt: skip


def last_report(root: Path) -> dict[str, object] | None:
    """What the last run reported, with `finished` beside it; None before the first."""
    try:
        found: dict[str, object] = json.loads((root / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def keep_report(root: Path, report: SyncReport) -> None:
    """Remember `report` as the last run's."""
    told = {**asdict(report), "finished": datetime.now(UTC).isoformat(timespec="seconds")}
    draft = root / f"{REPORT}.new"
    draft.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    draft.replace(root / REPORT)


def _errors(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problem for problem in problems if problem.severity == "error"))
