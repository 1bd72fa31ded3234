"""The Celery application that sends and takes messages.

The database is the truth, the broker is only the bell: there is no result backend, messages
are acknowledged when they arrive, and whatever is lost the sweeper rings again.
"""

from typing import Any, Final

from celery import Celery

RUN_TASK: Final = "agensium.run"
QUEUE: Final = "agensium"
IN_PROCESS: Final = "memory://localhost/"

_SOCKET_SECONDS: Final = 3


def create_celery(broker_url: str, concurrency: int = 2) -> Celery:
    """Return the application on this broker.

    Args:
        broker_url: a Redis address, or ``IN_PROCESS``.
        concurrency: how many tasks one worker runs at the same time.

    """
    app = Celery("agensium", broker=broker_url, set_as_current=False)
    app.conf.update(
        _settings(broker_url, concurrency), broker_transport_options=_transport(broker_url)
    )
    return app


def _transport(broker_url: str) -> dict[str, Any]:
    if broker_url == IN_PROCESS:
        return {"polling_interval": 0.02}
    # Without these a publish on a broker that swallows packets never returns.
    return {"socket_timeout": _SOCKET_SECONDS * 4, "socket_connect_timeout": _SOCKET_SECONDS}


def _settings(broker_url: str, concurrency: int) -> dict[str, Any]:
    return {
        "task_serializer": "json",
        "accept_content": ["json"],
        "timezone": "UTC",
        "task_ignore_result": True,
        "task_default_queue": QUEUE,
        "task_publish_retry": False,
        "worker_pool": "threads",
        "worker_concurrency": concurrency,
        "worker_prefetch_multiplier": 1,
        # A worker whose slots are taken leaves the messages to the others.
        "worker_disable_prefetch": broker_url != IN_PROCESS,
        "worker_hijack_root_logger": False,
        "worker_enable_remote_control": True,
        "worker_send_task_events": True,
        "task_send_sent_event": False,
        "broker_connection_retry_on_startup": True,
        "broker_connection_timeout": _SOCKET_SECONDS,
    }
