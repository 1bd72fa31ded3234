"""Style and script of the pages: a closed table of files, served from the same origin."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from agensium.exports.html import numbers_script, theme

DIGEST_CHARS: Final = 12
_MEDIA_TYPES: Final = {
    "theme.css": "text/css; charset=utf-8",
    "app.css": "text/css; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "numbers.js": "text/javascript; charset=utf-8",
    "upload.js": "text/javascript; charset=utf-8",
}


@dataclass(frozen=True)
class Asset:
    """A file that pages load."""

    name: str
    media_type: str
    body: bytes

    @property
    def version(self) -> str:
        """The beginning of the digest: another file has another address."""
        return sha256(self.body).hexdigest()[:DIGEST_CHARS]


@cache
def find_asset(name: str) -> Asset:
    """Return the file of this name.

    Raises:
        KeyError: there is none; nothing outside the table is ever opened.

    """
    media_type = _MEDIA_TYPES[name]
    if name == "theme.css":
        return Asset(name, media_type, theme().encode())
    if name == "numbers.js":
        return Asset(name, media_type, numbers_script().encode())
    return Asset(name, media_type, files("agensium.ui").joinpath("static", name).read_bytes())
