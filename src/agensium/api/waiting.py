"""How long a client wants to wait: ``?wait=25``, or ``Prefer: wait=25`` as RFC 7240 has it."""

import re
from typing import Final

from starlette.requests import Request

MAX_SECONDS: Final = 60
_WAIT: Final = re.compile(r"""(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=$|[,;])""", re.IGNORECASE)


def wished_seconds(request: Request, wait: int | None) -> tuple[int, dict[str, str]]:
    """Return how long to wait at most, and the header that says so where a preference was heard.

    Args:
        request: its header ``Prefer`` counts where the query says nothing; one that cannot be
            understood is as good as none.
        wait: what the query says.

    """
    if wait is not None:
        return wait, {}
    found = _WAIT.search(",".join(request.headers.getlist("prefer")))
    if found is None:
        return 0, {}
    seconds = min(int(found[1]), MAX_SECONDS)
    return seconds, {"Preference-Applied": f"wait={seconds}"}
