"""``GET /metrics`` for Prometheus.

Figures about tasks and workers come from the database: every API process tells the same ones, so
take one of them (``max``), not their sum. Figures about HTTP are this process's own.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from starlette.responses import Response

from agensium.api.answers import problems
from agensium.api.deps import ServicesDep
from agensium.tasks.counters import ATTEMPTS, BUCKETS, ENDLESS, EXITS, LOST, SECONDS, SECONDS_SUM
from agensium.tasks.figures import Figures, read_figures

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

HTTP: Final = CollectorRegistry()
REQUESTS: Final = Counter(
    "agensium_http_requests", "Requests answered.", ["method", "route", "status"], registry=HTTP
)
REQUEST_SECONDS: Final = Histogram(
    "agensium_http_request_seconds",
    "Time from the request's head to the end of the answer.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60),
    registry=HTTP,
)
UPLOAD_BYTES: Final = Counter(
    "agensium_upload_bytes", "Bytes of request bodies received.", registry=HTTP
)

router = APIRouter(tags=["service"])


@router.get("/metrics", responses=problems(503), response_class=Response)
def metrics(services: ServicesDep) -> Response:
    """Tell Prometheus how much there is to do, who does it, and how it went."""
    with services.database.read() as session:
        figures = read_figures(session, services.clock())
    shown = CollectorRegistry()
    shown.register(_Told(figures))
    return Response(generate_latest(shown) + generate_latest(HTTP), media_type=MEDIA_TYPE)


class _Told:
    """Figures as Prometheus's library takes them."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        """Return all metrics."""
        yield from _queue(self._figures)
        yield from _workers(self._figures)
        yield _counter(self._figures, ATTEMPTS, "Attempts that ended.", ["agent", "outcome"])
        yield _counter(self._figures, LOST, "Leases that nobody extended.", [])
        yield _counter(self._figures, EXITS, "Job processes that ended.", ["reason"])
        yield _durations(self._figures)


def _queue(figures: Figures) -> Iterator[Metric]:
    tasks = GaugeMetricFamily("agensium_tasks", "Tasks that are not over.", labels=["state"])
    for state, count in figures.unfinished.items():
        tasks.add_metric([state.value], count)
    yield tasks
    yield GaugeMetricFamily(
        "agensium_queue_age_seconds",
        "How long the oldest task that may run has been waiting.",
        value=figures.oldest_seconds,
    )


def _workers(figures: Figures) -> Iterator[Metric]:
    alive = [worker for worker in figures.workers if worker.alive]
    told = {
        "workers": ("Workers that live.", len(alive)),
        "worker_slots": ("Tasks that they can run at the same time.", sum(w.slots for w in alive)),
        "worker_slots_busy": ("Tasks that they run.", sum(w.running for w in alive)),
    }
    for name, (help_text, value) in told.items():
        yield GaugeMetricFamily(f"agensium_{name}", help_text, value=value)


def _counter(figures: Figures, name: str, help_text: str, labels: list[str]) -> Metric:
    shown = f"agensium_{_NAMES[name]}"
    family = CounterMetricFamily(shown, help_text, labels=labels)
    found = [(key[1:], value) for key, value in figures.counts.items() if key[0] == name]
    for values, count in found or ([((), 0.0)] if not labels else []):
        family.add_metric(list(values), count)
    return family


_NAMES: Final = {ATTEMPTS: "attempts", LOST: "lease_expiries", EXITS: "child_exits"}


def _durations(figures: Figures) -> Metric:
    family = HistogramMetricFamily(
        "agensium_attempt_seconds", "How long attempts took.", labels=["agent"]
    )
    counts = figures.counts
    for agent in sorted({key[1] for key in counts if key[0] == SECONDS}):
        buckets, so_far = [], 0.0
        for limit in (*map(str, BUCKETS), ENDLESS):
            so_far += counts.get((SECONDS, agent, limit), 0.0)
            buckets.append((limit, so_far))
        family.add_metric([agent], buckets, counts.get((SECONDS_SUM, agent), 0.0))
    return family
