"""A worker in a process of its own."""

import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from celery import Celery, signals
from celery.apps.worker import Worker

from agensium.core.errors import AgensiumError
from agensium.db.migrate import require_current
from agensium.logs import set_up_logs
from agensium.settings import load_settings
from agensium.traces import set_up_traces
from agensium.wiring import Services, build_services
from agensium.worker.binding import bind


@cache
def worker_app() -> Celery:
    """Return the Celery application with everything bound that its workers need.

    Raises:
        SystemExit: the settings cannot work; said in one line.

    """
    try:
        services = build_services(load_settings())
    except AgensiumError as error:
        sys.exit(f"agensium: {error.message} {error.hint or ''}".rstrip())
    _follow_life_cycle(services)
    services.celery.Worker = services.celery.subclass_with_self(_QuietWorker)
    return services.celery


class _QuietWorker(Worker):  # type: ignore[misc]  # Celery has no types
    """A worker that does not talk to its peers: the database tells it all there is to know.

    Gossip does not survive a restart of the broker either.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - Celery's
        super().__init__(*arguments, **{**options, "without_gossip": True, "without_mingle": True})


def run_worker() -> None:
    """Run a worker until it is told to stop.

    Raises:
        DatabaseUnavailable: the database does not answer or has another shape.

    """
    services = build_services(load_settings())
    require_current(services.database)
    level = services.settings.log_level.upper()
    worker_app().worker_main(["worker", f"--loglevel={level}"])


def _called(end: Callable[[], None]) -> Callable[..., None]:
    return lambda **_: end()


def _follow_life_cycle(services: Services) -> None:
    settings = services.settings
    if settings.traces and settings.otel_endpoint is not None:
        signals.worker_shutdown.connect(
            _called(set_up_traces(settings.otel_endpoint, "agensium-worker")), weak=False
        )
    runner = services.runner()
    sweeper = services.sweeper(runner)
    presence = services.presence(runner)
    courier = services.courier()
    bind(services.celery, runner)

    @signals.setup_logging.connect(weak=False)
    def _logs(**_: Any) -> None:  # noqa: ANN401 - Celery's signature
        set_up_logs(services.settings.log_level, services.settings.log_format)

    @signals.worker_ready.connect(weak=False)
    def _ready(**_: Any) -> None:  # noqa: ANN401
        sweeper.start()
        presence.start()
        courier.start()

    @signals.worker_shutting_down.connect(weak=False)
    def _stopping(**_: Any) -> None:  # noqa: ANN401
        runner.stop()

    @signals.worker_shutdown.connect(weak=False)
    def _stopped(**_: Any) -> None:  # noqa: ANN401
        sweeper.stop()
        presence.stop()
        courier.stop()
        runner.close()
        # This worker hears nothing any more: what it leaves goes to another one at once.
        for task_id in runner.left():
            services.bell.ring(task_id)
        services.bell.close()
