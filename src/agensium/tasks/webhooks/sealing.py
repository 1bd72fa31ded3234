"""Secrets of webhooks, sealed: the database does not hold what proves whom a message comes from.

AES-256-GCM with a key from the settings. A seal holds for its webhook alone: in the row of another
one it cannot be opened. Whoever steals the database without the key learns where messages go and
what they said, and can forge none.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agensium.tasks.webhooks.signing import PREFIX

MARK: Final = "1:"
"""Begins what is sealed; what was stored before there were seals begins with ``whsec_``."""
NONCE_BYTES: Final = 12
_PURPOSE: Final = b"agensium webhook secrets\n"


class SealBrokenError(Exception):
    """A seal that none of the keys opens."""


class SecretBox:
    """Seals secrets and opens them.

    Args:
        keys: texts that nobody guesses; the first one seals, each of them opens.

    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._ciphers = [AESGCM(hashlib.sha256(_PURPOSE + key.encode()).digest()) for key in keys]

    def seal(self, webhook_id: str, secret: str) -> str:
        """Return the seal of a webhook's secret, at most 126 ASCII characters."""
        plain = base64.b64decode(secret.removeprefix(PREFIX))
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + self._ciphers[0].encrypt(nonce, plain, webhook_id.encode())
        return MARK + base64.b64encode(sealed).decode()

    def open(self, webhook_id: str, sealed: str) -> str:
        """Return the secret of a webhook.

        Raises:
            SealBrokenError: it was sealed with another key, or for another webhook.

        """
        if sealed.startswith(PREFIX):
            return sealed
        try:
            content = base64.b64decode(sealed.removeprefix(MARK), validate=True)
        except binascii.Error as error:
            raise SealBrokenError from error
        for cipher in self._ciphers:
            try:
                plain = cipher.decrypt(
                    content[:NONCE_BYTES], content[NONCE_BYTES:], webhook_id.encode()
                )
            except (InvalidTag, ValueError):
                continue
            return PREFIX + base64.b64encode(plain).decode()
        raise SealBrokenError
