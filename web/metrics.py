"""GET /metrics for Prometheus: turns, time to the first token, tokens, queue, cache, index, faults, memory.

Open to this machine; from elsewhere it needs a key with the scope metrics. Labels hold no names and no text.
"""

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial

import prometheus_client as prometheus  # the format and its counting done right; this is its one home
from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import Scope

from assistant.machine import cards, is_loopback
from assistant.types import Turn
from assistant.wiring import Desk
from engine.types import Engine
from knowledge.errors import KnowledgeError
from web.admission import Bearer

router = APIRouter(tags=["health"])
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 30, 60)  # a cached answer, an agent's patience, the time-out
SCRAPE = 15  # seconds that an answer of nvidia-smi is good for


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request, bearer: Bearer) -> Response:
    """Everything counted since the start, in Prometheus' text form."""
    if not is_loopback(request.client.host if request.client else ""):
        request.app.state.door.admit(request, bearer, "metrics")
    counted = prometheus.generate_latest(request.app.state.metrics.registry)
    return Response(counted, media_type=prometheus.CONTENT_TYPE_LATEST)


class Metrics:
    """What one desk counts; hears of every turn, whichever front end asked."""

    def __init__(self, desk: Desk) -> None:
        self.registry = registry = prometheus.CollectorRegistry()
        for collector in (prometheus.ProcessCollector, prometheus.PlatformCollector, prometheus.GCCollector):
            collector(registry=registry)
        counter = partial(prometheus.Counter, registry=registry)
        seconds = partial(prometheus.Histogram, buckets=SECONDS, registry=registry)
        self._turns = counter("deskmate_turns", "Finished turns", ["outcome"])
        self._first = seconds("deskmate_first_token_seconds", "To the first token")
        self._total = seconds("deskmate_turn_seconds", "Question to end of answer")
        self._search = seconds("deskmate_search_seconds", "Search and merge")
        self._tokens = counter("deskmate_tokens", "Tokens", ["kind"])
        self._hits = counter("deskmate_cache_hits", "Answers served from the cache")
        self._requests = counter("deskmate_requests", "API requests", ["path", "status"])
        self._faults = counter("deskmate_faults", "Warnings and errors in the log", ["event"])
        registry.register(_Now(desk))
        logging.getLogger("deskmate").addHandler(_Faults(self._faults))
        desk.assistant.on_turn.append(self.count_turn)

    def count_turn(self, turn: Turn) -> None:
        """Count one finished turn."""
        self._turns.labels(turn.answer.outcome).inc()
        self._hits.inc(turn.cached)
        self._tokens.labels("passages").inc(turn.context.tokens)
        self._tokens.labels("answers").inc(turn.tokens)
        for name, histogram in (("first_token", self._first), ("total", self._total), ("search", self._search)):
            if (value := dict(turn.timings).get(name)) is not None:
                histogram.observe(value / 1000)

    def count_request(self, scope: Scope, status: int) -> None:
        """Count one API request by its route, so that unknown paths cannot fill the memory."""
        route = scope.get("route")
        self._requests.labels(getattr(route, "path", "unknown"), str(status)).inc()


class _Faults(logging.Handler):
    """Counts what is logged as a warning or worse, by its event."""

    def __init__(self, counter: prometheus.Counter) -> None:
        super().__init__(logging.WARNING)
        self._counter = counter

    def emit(self, record: logging.LogRecord) -> None:
        first = str(record.msg).split(" ", 1)[0]
        self._counter.labels(first.removeprefix("event=") if first.startswith("event=") else record.name).inc()


class _Now(Collector):
    """What is read at the moment of asking: queue, index, GPU."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def collect(self) -> Iterable[Metric]:
        yield from self._engines()
        yield from self._index()
        gauge = GaugeMetricFamily("deskmate_gpu_memory_bytes", "GPU memory", labels=["gpu", "kind"])
        for number, card in enumerate(cards(int(time.monotonic() // SCRAPE))):
            gauge.add_metric([f"{number} {card.name}", "used"], card.used)
            gauge.add_metric([f"{number} {card.name}", "total"], card.total)
        yield gauge

    def _engines(self) -> Iterable[Metric]:
        gauge = GaugeMetricFamily("deskmate_engine", "What the in-process model is doing", labels=["mode", "figure"])
        for mode, engine in self._desk.assistant.engines.items():
            for name, value in _stats(engine).items():
                gauge.add_metric([mode, name], value)
        yield gauge

    def _index(self) -> Iterable[Metric]:
        try:
            status = self._desk.knowledge.status()
        except KnowledgeError:
            yield GaugeMetricFamily("deskmate_index_open", "1 while an index is open", value=0)
            return
        yield GaugeMetricFamily("deskmate_index_open", "1 while an index is open", value=1)
        age = (datetime.now(UTC) - datetime.fromisoformat(status.created)).total_seconds()
        yield GaugeMetricFamily("deskmate_index_age_seconds", "Since the live generation was made", value=age)
        yield GaugeMetricFamily("deskmate_index_entries", "Entries in service", value=status.entries)


def _stats(engine: Engine) -> Mapping[str, float]:
    """The figures of an engine that has some: the local one tells rows, queue and cache."""
    stats = getattr(engine, "stats", None)
    return dict(_numbers(asdict(stats()))) if stats else {}


def _numbers(fields: Mapping[str, object]) -> Iterable[tuple[str, float]]:
    """Every figure of a nested record."""
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield from _numbers(value)
        elif isinstance(value, (int, float)):
            yield name, float(value)
