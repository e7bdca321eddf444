"""What is kept of every answer: a count, maybe a line, a span, the line a minute."""

from time import perf_counter
from typing import TYPE_CHECKING

from .message import Reply, Request
from .metrics import Metrics
from .request_log import RequestLog
from .telemetry.minute import WORK, Minute

if TYPE_CHECKING:
    from .telemetry.traces import Span, Traces


class Record:
    """Tells of requests in every way that is asked for; the others cost nothing."""

    def __init__(
        self,
        metrics: Metrics,
        log: RequestLog,
        minute: Minute,
        traces: "Traces | None" = None,
    ) -> None:
        self._metrics = metrics
        self._minute = minute
        self._traces = traces
        self.log = log

    def begun(self, request: Request) -> "Span | None":
        """The span of a request that just came, where such are kept."""
        if self._traces is None or request.route not in WORK:
            return None
        return self._traces.span(request.headers, request.route)

    def answered(self, request: Request, reply: Reply) -> None:
        """One request was answered."""
        moment = perf_counter()
        seconds = moment - request.arrived
        self._metrics.answered(request.route, reply.status, seconds)
        self.log.note(request, reply, seconds)
        if request.span is not None:
            request.span.end(reply.status)
        if moment >= self._minute.due:
            self._minute.write(moment)

    def each_second(self) -> None:
        """Write the line a minute of a server that nobody asks anything, too."""
        moment = perf_counter()
        if moment >= self._minute.due:
            self._minute.write(moment)

    def end(self) -> None:
        """Write and send what is still to be told."""
        if self._metrics.answers:
            self._minute.write(perf_counter())
        if self._traces is not None:
            self._traces.end()
