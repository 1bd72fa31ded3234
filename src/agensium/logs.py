"""Logs: one record a line on standard error; a record cannot forge another.

Every record carries the ids of the request and the task that it is about, as far as it is about
any: in brackets at the end of a line of text, in fields of their own in a line of JSON.
"""

import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from agensium.core.context import REQUEST_ID, TASK_ID

FORMAT: Final = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
QUIET: Final = (
    "alembic", "boto3", "botocore", "celery", "httpcore2", "httpx2", "kombu", "mysql", "s3transfer",
    "urllib3", "uvicorn",
)  # fmt: skip
"""Libraries whose notes say nothing to an operator; their warnings do."""


class OneLineFormatter(logging.Formatter):
    """Writes control characters of a message as escapes; traces keep their lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the record's line."""
        record.message = "".join(
            char if char.isprintable() else char.encode("unicode_escape").decode()
            for char in record.message
        )
        ids = " ".join(f"{name}={value}" for name, value in _ids().items())
        return super().formatMessage(record) + (f" [{ids}]" if ids else "")


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object; a trace is a field of it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_ids(),
        }
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return msgspec.json.encode(told).decode()


FORMATTERS: Final = {"text": OneLineFormatter(FORMAT), "json": JsonFormatter()}


def set_up_logs(level: str, log_format: str = "text") -> None:
    """Send all logs to standard error, as lines of text or of JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(FORMATTERS[log_format])
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _ids() -> dict[str, str]:
    found = {"request_id": REQUEST_ID.get(), "task_id": TASK_ID.get()}
    return {name: value for name, value in found.items() if value is not None}
