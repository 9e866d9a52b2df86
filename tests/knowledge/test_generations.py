import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import IndexFault
from knowledge.generations import Generations
from knowledge.locking import claim, writer_lock
from knowledge.manifest import MANIFEST, Manifest, SourceRecord, read_manifest, write_manifest
from knowledge.types import Layer, Problem

PROBLEM = Problem("faq/a.md", 3, "error", "empty_answer", "答案是空的 / the answer is empty", "填上 / fill it in")


def make(generations: Generations, *, verified: bool = True) -> str:
    directory = generations.begin()
    manifest = Manifest(
        generation=directory.name,
        created="2026-11-02T10:00:00+00:00",
        embedder="builtin",
        scrubber="1",
        words="1",
        layers=(Layer("faq", "faq", 3, 1800),),
        sources=(SourceRecord("faq/a.md", "faq", "00", 1, problems=(PROBLEM,)),),
        entries=1,
        chunks=1,
        stale_from=date(2026, 12, 1),
        scores={"recall@5": 0.9},
        verified=verified,
    )
    write_manifest(manifest, directory / MANIFEST)
    return directory.name


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    name = make(generations)
    (only,) = generations.all()
    assert only == read_manifest(tmp_path / name / MANIFEST)
    assert only.sources[0].problems == (PROBLEM,)
    assert only.stale_from == date(2026, 12, 1)


def test_a_manifest_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / MANIFEST
    path.write_text(json.dumps({"format": 99}))
    with pytest.raises(IndexFault, match="kb reindex --full"):
        read_manifest(path)


def test_names_rise_even_within_one_second(tmp_path: Path) -> None:
    names = [Generations(tmp_path).begin().name for _ in range(20)]
    assert names == sorted(set(names))


def test_rollback_goes_one_back_and_remembers_what_it_left(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    first, second = make(generations), make(generations)
    generations.switch(second)
    assert generations.passed_over() is None
    assert generations.rollback().generation == first == generations.current()
    left = generations.passed_over()
    assert left is not None
    assert left.generation == second


def test_rollback_names_what_there_is_when_it_cannot(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    only = make(generations)
    generations.switch(only)
    with pytest.raises(IndexFault, match=only):
        generations.rollback()


def test_collect_keeps_the_live_one_the_newest_and_what_is_read(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    names = [make(generations) for _ in range(6)]
    unfinished = make(generations, verified=False)
    generations.switch(names[1])
    claimed = claim(tmp_path / names[0])
    removed = generations.collect(keep=3)
    assert set(removed) == {names[2], names[3], unfinished}
    claimed.close()
    assert generations.collect(keep=1) == (names[0], names[4], names[5])
    assert [manifest.generation for manifest in generations.all()] == [names[1]]


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    with writer_lock(tmp_path) as note:
        assert note == ""
        with pytest.raises(IndexFault, match=f"process {os.getpid()} .* already re-indexing"), writer_lock(tmp_path):
            pass
    with writer_lock(tmp_path) as note:
        assert note == ""


def test_the_lock_of_a_dead_owner_is_taken_over_with_a_note(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from knowledge.locking import writer_lock\n"
        "with writer_lock(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    dead = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=Path(__file__).parents[2])
    dead.wait()
    with writer_lock(tmp_path) as note:
        assert f"process {dead.pid}" in note
