"""THE road from files to a live generation. Start-up, the watcher and `kb reindex` all take it.

    lock -> scan -> (unchanged: done) -> gather -> build aside -> verify in a fresh process -> try -> switch

A crash or a fault at any point leaves the live generation live, and an unfinished folder that the next run removes.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from knowledge.building import Built, build, fingerprint
from knowledge.embedding import Embedder
from knowledge.errors import IndexFault, KnowledgeError
from knowledge.fitting import calibrate
from knowledge.gathering import Before, Gathered, Progress, gather, oldest_allowed
from knowledge.generations import Generations
from knowledge.index import CALIBRATION, RECORDS, VECTORS, Index
from knowledge.locking import writer_lock
from knowledge.manifest import MANIFEST, Manifest, write_manifest
from knowledge.records import forget
from knowledge.reporting import keep_report, tell_made, tell_unchanged
from knowledge.scrubbing import fingerprint as scrubber_version
from knowledge.scrubbing.quarantine import store as store_quarantine
from knowledge.sources import Scan, load_layers, scan
from knowledge.terms import VERSION as WORDS_VERSION
from knowledge.trial import hash_inputs, objection, try_golden
from knowledge.types import Layer, Source, SyncReport
from knowledge.vector_store import drop, place_on
from knowledge.verifying import Verifier

DRIFT = 0.05  # share of chunks that may come and go before the calibration (2 s and more) is fitted again
ROLLED_BACK = "what these files make was rolled back; change a file, or run kb reindex to build it again"
LITTLE = 64 * 2**20  # bytes free below which a fault while writing is told as a full disk


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a sync is wanted. `full`: read and embed all again; `force`: switch and delete whatever the checks say."""

    full: bool = False
    force: bool = False
    automatic: bool = False  # nobody asked for it: a rollback stays until the files change again
    progress: Progress = silent
    verifier: Verifier | None = None  # one that is warm already
    chroma: str = ""  # the Chroma server for the vectors; empty: in the generation's own folder


@dataclass(frozen=True, slots=True)
class Road:
    """What one sync works on."""

    sources: Path
    generations: Generations
    embedder: Embedder
    layers: dict[str, Layer]
    previous: Index | None
    wish: Wish


def sync(sources: Path, root: Path, embedder: Embedder, wish: Wish) -> SyncReport:
    """Bring the index under `root` up to date with `sources`.

    Raises KnowledgeError when nothing can be done: no sources, another writer, a disk that is full or read-only.
    """
    started = time.monotonic()
    generations = Generations(root)
    with writer_lock(root) as note, _live(generations) as previous:
        generations.collect_unfinished()
        road = Road(sources, generations, embedder, load_layers(sources), previous, wish)
        report = replace(_walk(road), seconds=round(time.monotonic() - started, 3), note=note)
        keep_report(root, report)
    return report


def _walk(road: Road) -> SyncReport:
    found = scan(road.sources, road.layers)
    old = road.previous.manifest if road.previous else None
    renew = _must_renew(road)
    if old and not renew and _same_sources(found, old):
        return tell_unchanged(old, found.problems)
    left = road.generations.passed_over() if road.wish.automatic else None
    if old and left and _same_sources(found, left) and _made_of(road) == _was_made_of(left):
        _forget_aged(road)
        return replace(tell_unchanged(old, found.problems), held_back=left.held_back or ROLLED_BACK)
    with closing(road.wish.verifier or Verifier()) as verifier:
        alike = old is not None and not road.wish.full and old.scrubber == scrubber_version(road.sources)
        before = Before(road.previous, reusable=alike, deletes=road.wish.force)
        gathered = gather(road.sources, found, road.layers, before, road.wish.progress)
        changes = gathered.changes
        if old and not renew and not (changes.added or changes.changed or changes.removed):
            return tell_unchanged(old, gathered.problems)
        with _draft(road.generations) as directory:
            manifest, built = _make(road, directory, gathered, verifier)
    return _publish(road, gathered, manifest, built)


def _make(road: Road, directory: Path, gathered: Gathered, verifier: Verifier) -> tuple[Manifest, Built]:
    """Build, verify, calibrate and try the new generation."""
    previous = None if road.wish.full else road.previous
    if road.wish.chroma:
        place_on(road.wish.chroma, directory / VECTORS)
    built = build(directory, gathered, road.embedder, previous, road.wish.progress)
    drift = _drift(road, built)
    manifest = _describe(road, directory.name, gathered, built, drift or 0)
    write_manifest(manifest, directory / MANIFEST)
    road.wish.progress("verify", 0, 1)
    verifier.check(directory)
    if drift is None:
        with closing(Index.open(directory)) as index:
            calibration = calibrate(index, road.embedder, road.sources)
    else:
        calibration = road.previous.calibration if road.previous else ""
    (directory / CALIBRATION).write_text(calibration, encoding="utf-8")
    with closing(Index.open(directory)) as index:
        scores = try_golden(index, road.embedder, road.sources)
    manifest = replace(manifest, scores=scores, verified=True)
    if road.previous and not road.wish.force:
        against = objection(manifest, road.previous.manifest, _scores_before(road, manifest))
        manifest = replace(manifest, held_back=against)
    write_manifest(manifest, directory / MANIFEST)
    road.wish.progress("verify", 1, 1)
    return manifest, built


def _drift(road: Road, built: Built) -> int | None:
    """How many chunks came and went since the calibration at hand was fitted; None when it has to be fitted again."""
    if road.previous is None or road.wish.full or not road.previous.calibration:
        return None
    old = road.previous.manifest
    moved = old.drift + built.embedded + built.dropped
    alike = (old.embedder, old.inputs) == (fingerprint(road.embedder), hash_inputs(road.sources))
    return moved if alike and moved <= DRIFT * built.chunks else None


def _publish(road: Road, gathered: Gathered, manifest: Manifest, built: Built) -> SyncReport:
    previous = road.previous.manifest.generation if road.previous else ""
    switched = not manifest.held_back
    if switched:
        road.generations.switch(manifest.generation)
        store_quarantine(road.generations.root, gathered.held)
        road.generations.collect()
        _forget_aged(road)
    return tell_made(gathered, manifest, built, previous)


def _forget_aged(road: Road) -> None:
    """What is too old leaves the generations that are kept to go back to, too."""
    before = oldest_allowed(road.layers, date.today())
    for manifest in road.generations.all():
        forget(road.generations.path(manifest.generation) / RECORDS, before)


def _scores_before(road: Road, manifest: Manifest) -> dict[str, float]:
    """The live generation's scores on today's golden questions; {} where they cannot be compared."""
    if road.previous is None:
        return {}
    if road.previous.manifest.inputs == manifest.inputs:
        return dict(road.previous.manifest.scores)
    if road.previous.manifest.embedder != manifest.embedder:
        return {}
    return try_golden(road.previous, road.embedder, road.sources)


def _describe(road: Road, generation: str, gathered: Gathered, built: Built, drift: int) -> Manifest:
    created = datetime.now(UTC).isoformat(timespec="seconds")
    return Manifest(
        generation, created, fingerprint(road.embedder), scrubber_version(road.sources), WORDS_VERSION,
        tuple(road.layers.values()), gathered.records, len(gathered.live), built.chunks, hash_inputs(road.sources),
        gathered.stale_from, drift, built.tombstones,
    )  # fmt: skip


def _must_renew(road: Road) -> bool:
    """Whether a new generation is due even when no source changed."""
    if road.previous is None or road.wish.full:
        return True
    old = road.previous.manifest
    due = old.stale_from is not None and old.stale_from <= date.today()
    moved = road.previous.vectors.url != road.wish.chroma
    return due or moved or _made_of(road) != _was_made_of(old)


def _made_of(road: Road) -> tuple[object, ...]:
    """Everything but the files themselves that shapes a generation."""
    versions = fingerprint(road.embedder), scrubber_version(road.sources), WORDS_VERSION
    return *versions, tuple(road.layers.values()), hash_inputs(road.sources)


def _was_made_of(manifest: Manifest) -> tuple[object, ...]:
    return manifest.embedder, manifest.scrubber, manifest.words, manifest.layers, manifest.inputs


def _same_sources(found: Scan, manifest: Manifest) -> bool:
    return set(found.sources) == {Source(one.path, one.layer, one.sha256) for one in manifest.sources}


@contextmanager
def _live(generations: Generations) -> Iterator[Index | None]:
    """The live generation, opened; None when there is none or it is damaged: then everything is made anew."""
    try:
        name = generations.current()
        index = Index.open(generations.path(name)) if name else None
    except IndexFault:
        index = None
    with closing(index) if index else nullcontext():
        yield index


@contextmanager
def _draft(generations: Generations) -> Iterator[Path]:
    """The folder of a new generation; gone again when anything fails, and the fault told in one sentence."""
    directory: Path | None = None
    try:
        directory = generations.begin()
        yield directory
    except BaseException as fault:  # Chroma's own code panics past Exception when the disk is full
        free = shutil.disk_usage(generations.root).free
        if directory is not None:
            drop(directory / VECTORS)
            shutil.rmtree(directory, ignore_errors=True)
        if isinstance(fault, KnowledgeError | KeyboardInterrupt | SystemExit):
            raise
        cause = "the disk is full; free some space" if free < LITTLE else f"{type(fault).__name__}: {fault}; mend it"
        raise IndexFault(f"{generations.root}: cannot be written: {cause} and run kb reindex again") from fault
