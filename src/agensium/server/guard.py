"""The guard at the door: whom the service answers, before anything is read.

Without accounts a service on this machine is protected by its address alone. A web page must not
reach it under a name of its own that points here, nor send forms to it from another site.
"""

from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agensium.api.problems import problem_of, problem_response
from agensium.core.errors import Forbidden

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITE: Final = frozenset({"same-origin", "none"})


class Guard:
    """Refuses strangers and answers HEAD wherever there is a GET.

    Args:
        app: the application behind it.
        hosts: the names that it answers to; none means any.

    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a connection as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if refused is not None:
            response = problem_response(problem_of(refused, scope["path"]))
            await response(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self._app({**scope, "method": "GET"}, receive, _without_body(send))
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Forbidden | None:
        headers = Headers(scope=scope)
        name = host_name(headers.get("host", ""))
        if self._hosts is not None and name not in self._hosts:
            return Forbidden(
                f"This service does not answer to the name '{name[:100]}'.",
                hint="Its operator can add the name to AGENSIUM_ALLOWED_HOSTS.",
            )
        # Browsers say where a request comes from; other programs do not, and need no guard.
        site = headers.get("sec-fetch-site", "none")
        if scope["method"] not in SAFE and site not in OWN_SITE:
            return Forbidden(
                "This request was sent by another site.", hint="Use the service's own pages."
            )
        return None


def host_name(host: str) -> str:
    """Return a Host header's name without its port and brackets, in lower case."""
    if host.startswith("["):
        return host[1:].split("]", 1)[0].lower()
    return host.rsplit(":", 1)[0].lower() if ":" in host else host.lower()


def _without_body(send: Send) -> Send:
    ended = False

    async def send_head(message: Message) -> None:
        nonlocal ended
        if message["type"] != "http.response.body":
            await send(message)
        elif not ended:
            ended = True
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return send_head
