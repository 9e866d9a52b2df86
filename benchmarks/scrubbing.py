"""Measure the scrubber: masked recall a type, leak rate, must-keep, over-masking, idempotence, speed, canaries.

    DESKMATE_DATA=/path/to/data python -m benchmarks.scrubbing [--canaries 1000]

Own texts come from benchmarks/scrubbing_texts.py (seeds printed; a third of the templates is held out), others from
benchmarks/other_hands.py. With DESKMATE_DATA the sets under pii/, the documentation and real chats are measured too. An
entity is masked when every letter and digit of its span is covered; a text leaks when any entity is not.
"""

import argparse
import gzip
import json
import os
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assistant.cli import main as kb
from benchmarks.canaries import plant, scan
from benchmarks.other_hands import other_hands
from benchmarks.scrubbing_texts import Sample, texts
from knowledge.scrubbing import Scrubbed, scrub, scrub_dialogue

SEEDS = {"tuned templates": 11, "held-out templates": 12}
COUNT = 3_000
PRESIDIO = {
    "PERSON": "NAME",
    "PHONE_NUMBER": "PHONE",
    "EMAIL_ADDRESS": "EMAIL",
    "CREDIT_CARD": "BANK_CARD",
    "IBAN_CODE": "BANK_CARD",
    "STREET_ADDRESS": "ADDRESS",
    "US_SSN": "SSN",
    "US_DRIVER_LICENSE": "PASSPORT",
    "IP_ADDRESS": "IP",
}


@dataclass
class Tally:
    """Counts of one set."""

    total: Counter[str] = field(default_factory=Counter)
    masked: Counter[str] = field(default_factory=Counter)
    texts: int = 0
    personal: int = 0
    leaks: int = 0
    keep: int = 0
    kept: int = 0
    unstable: int = 0
    seconds: float = 0.0

    def add(self, sample: Sample) -> None:
        started = time.process_time()
        scrubbed = scrub(sample.text)
        self.seconds += time.process_time() - started
        covered = {at for span in scrubbed.spans for at in range(span.start, span.end)}
        hidden = [
            all(at in covered or not sample.text[at].isalnum() for at in range(start, end))
            for start, end, _ in sample.spans
        ]
        self.total.update(kind for _, _, kind in sample.spans)
        self.masked.update(kind for (_, _, kind), done in zip(sample.spans, hidden, strict=True) if done)
        self.texts += 1
        self.personal += bool(hidden)
        self.leaks += not all(hidden)
        self.keep += len(sample.keep)
        self.kept += sum(text in scrubbed.text for text in sample.keep)
        self.unstable += scrub(scrubbed.text).text != scrubbed.text

    def report(self, name: str) -> None:
        shown = [f"{kind} {self.masked[kind] / count:.3f} ({count})" for kind, count in sorted(self.total.items())]
        print(f"\n{name}: {self.texts} texts, {self.personal} with personal data")
        print("  masked  ", ", ".join(shown))
        print(f"  leaks    {self.leaks} = {self.leaks / max(self.personal, 1):.2%}")
        print(f"  kept     {self.kept} of {self.keep}")
        print(f"  unstable {self.unstable}   {self.texts / self.seconds:,.0f} messages/s and core")


def _own(seed: int, held_out: bool) -> Iterator[Sample]:
    yield from texts(seed, COUNT, held_out)


def _set(path: Path) -> Iterator[Sample]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    for line in data.decode("utf-8").splitlines():
        row = json.loads(line)
        kinds = [(s["start"], s["end"], s.get("type") or PRESIDIO.get(s["label"], "")) for s in row["spans"]]
        yield Sample(row["text"], tuple(k for k in kinds if k[2]), tuple(row.get("must_keep", ())))


def _measure(name: str, samples: Iterable[Sample]) -> None:
    tally = Tally()
    for sample in samples:
        tally.add(sample)
    tally.report(name)


def _touched(what: str, each: Iterable[Scrubbed]) -> None:
    """How many texts that hold nothing personal are changed, and by which types."""
    texts = touched = 0
    kinds: Counter[str] = Counter()
    for scrubbed in each:
        texts, touched = texts + 1, touched + bool(scrubbed.spans)
        kinds.update(span.type for span in scrubbed.spans)
    print(f"\n{what}: {touched} of {texts} touched = {touched / max(texts, 1):.2%}; {dict(kinds)}")


def _documentation(folder: Path) -> Iterator[Scrubbed]:
    for archive in sorted(folder.glob("*.tar.gz")):
        with tarfile.open(archive) as members:
            for member in members:
                file = members.extractfile(member) if member.name.endswith((".md", ".mdx")) else None
                for line in file.read().decode("utf-8").splitlines() if file else ():
                    if line.strip():
                        yield scrub(line)


def _chats(path: Path) -> Iterator[Scrubbed]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield from scrub_dialogue([(turn["role"], turn["text"]) for turn in json.loads(line)["turns"]])


def _longest() -> None:
    units = ["1", "1 ", "路", "路1号", "王李张", "密码", "password ", "13800138000 ", "12 Main Street ", "a@", "一二三"]
    units += ["元王", "昵称", "微信现在"]
    worst = 0.0
    for unit in units:
        started = time.process_time()
        scrub(unit * (16_000 // len(unit)))
        worst = max(worst, time.process_time() - started)
    print(f"\na line of 16,000 characters: at worst {worst:.2f} s of {len(units)} kinds")


def _canaries(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        canaries = plant(home, count, seed=count)
        (home / "kb_sources" / "faq").mkdir()
        (home / "kb_sources" / "faq" / "a.md").write_text("### 怎么退款？\n\n在订单页点退款。\n", encoding="utf-8")
        kb(["reindex", "--home", folder, "--json"])
        kb(["ask", "--no-model", "--home", folder, "--json", f"我叫{canaries[1]}，怎么退款？"])
        found = scan(home, canaries)
        print(f"\ncanaries: {len(canaries)} planted, {len(found)} found again {found[:5]}")


def run() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--canaries", type=int, default=1_000)
    count = parser.parse_args().canaries
    scrub("给吴建民那单改一下地址")  # loads jieba's dictionary outside the clock
    print("seeds", SEEDS)
    for name, seed in SEEDS.items():
        _measure(name, _own(seed, name.startswith("held")))
    for name, samples in other_hands():
        _measure(name, samples)
    if data := os.environ.get("DESKMATE_DATA"):
        pii = Path(data) / "pii"
        for path in (pii / "dev.jsonl", pii / "generated_train.jsonl.gz", *sorted((pii / "en_presidio").glob("*.gz"))):
            _measure(path.name, _set(path))
        _touched("lines of documentation", _documentation(Path(data) / "docs"))
        _touched("turns of real chats", _chats(Path(data) / "chat_zh_jddc" / "dialogues.jsonl.gz"))
    _longest()
    _canaries(count)


if __name__ == "__main__":
    run()
