"""The one Celery task: it takes an id and hands it to the runner."""

import logging

from celery import Celery

from agensium.core.errors import DatabaseUnavailable
from agensium.queue.app import RUN_TASK
from agensium.tasks.run import Runner

log = logging.getLogger(__name__)


def bind(app: Celery, runner: Runner) -> None:
    """Let an application's workers run tasks with this runner."""

    @app.task(name=RUN_TASK, ignore_result=True)
    def run(task_id: str) -> None:
        try:
            runner.run(task_id)
        except DatabaseUnavailable as error:
            log.warning("task %s: left to the sweeper: %s", task_id, error.detail)

    app.finalize()
