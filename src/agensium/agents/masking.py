"""Parameters that let a report show what is masked otherwise."""

from typing import Any, Final

import msgspec

from agensium.core.errors import InvalidParams

MASK: Final = "mask"
SHOW_PERSONAL: Final = "show_personal"
"""The field of a form that asks for it."""


def showing_personal(params: str) -> str:
    """Return an agent's parameters, in JSON, with values that may be personal not masked.

    Raises:
        InvalidParams: they say already whether values are masked.

    """
    try:
        given: Any = msgspec.json.decode(params if params.strip() else "{}")
    except msgspec.DecodeError:
        return params  # whoever takes the parameters says what is wrong with them
    if not isinstance(given, dict):
        return params
    if MASK in given:
        raise InvalidParams(
            "mask is given twice: as an option and in params.", hint="Leave one out."
        )
    return msgspec.json.encode({**given, MASK: False}).decode()
