"""The worker: ``celery -A agensium.worker worker``, or ``agensium worker``.

The Celery application is made when it is first asked for, so that importing the package
reads no settings.
"""

from typing import Any

_NAMES = frozenset({"app", "celery", "celery_app"})


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the protocol of modules
    """Return the Celery application under the names that its command line looks for."""
    if name in _NAMES:
        from agensium.worker.server import worker_app

        return worker_app()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
