"""The line that a request leaves in the log, where it leaves one."""

from time import monotonic
from typing import Any

from .log import Log
from .message import Reply, Request

_PAYLOAD_CHARACTERS = 2000


class RequestLog:
    """
    A line for every request that failed, and for the others one a second.

    What a request carried is nobody's business unless `payloads` asks for it.
    """

    def __init__(self, log: Log, *, payloads: bool = False) -> None:
        self._log = log
        self._payloads = payloads
        self._sampled = 0.0

    def note(self, request: Request, reply: Reply, seconds: float) -> None:
        """Log this request if it is one to log."""
        route = request.route
        if reply.status < 400:
            moment = monotonic()
            if moment - self._sampled < 1 or route == "health":
                return
            self._sampled = moment
            level = self._log.info
        elif route == "health":
            return
        else:
            level = self._log.error if reply.status >= 500 else self._log.warning
        fields: dict[str, Any] = {
            "route": route,
            "status": reply.status,
            "id": request.id,
            "ms": round(seconds * 1000, 3),
        }
        if self._payloads:
            text = request.body[:_PAYLOAD_CHARACTERS].decode("utf-8", "replace")
            fields["payload"] = text
        level("request", **fields, **_why(reply))

    def failed(self, request_id: str, trace: str) -> None:
        """Log what went wrong on our side."""
        self._log.error("failed", id=request_id, trace=trace)


def _why(reply: Reply) -> dict[str, Any]:
    """Why a request was refused, without the values it carried."""
    if reply.why is None:
        return {}
    mistakes = reply.why.get("mistakes")
    if mistakes is None:
        return {"error": reply.why["error"]}
    features = dict.fromkeys(mistake.feature for mistake in mistakes)
    return {"error": "wrong values", "features": list(features)}
