"""Logs: one line a record on standard error; a record cannot forge another."""

import logging
import sys
from typing import Final

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
        return super().formatMessage(record)


def set_up_logs(level: str) -> None:
    """Send all logs to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLineFormatter(FORMAT))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
