"""Signatures as Standard Webhooks has them (https://www.standardwebhooks.com, version 1)."""

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

from agensium.core.errors import InvalidRequest

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
MIN_BYTES, MAX_BYTES = 24, 64


def new_secret() -> str:
    """Return a secret that nobody knows."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def check_secret(secret: str) -> None:
    """Make sure that a secret can be used.

    Raises:
        InvalidRequest: it is not ``whsec_`` and 24 to 64 bytes in Base64.

    """
    try:
        size = len(base64.b64decode(secret.removeprefix(PREFIX), validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if not secret.startswith(PREFIX) or not MIN_BYTES <= size <= MAX_BYTES:
        raise InvalidRequest(
            f"The webhook's secret is not {PREFIX} and {MIN_BYTES} to {MAX_BYTES} bytes in Base64.",
            hint="Leave it out: the answer has a new one.",
        )


def signed_headers(secret: str, message_id: str, now: datetime, payload: bytes) -> dict[str, str]:
    """Return the headers that prove whom a message comes from, and when."""
    timestamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    content = f"{message_id}.{timestamp}.".encode() + payload
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
