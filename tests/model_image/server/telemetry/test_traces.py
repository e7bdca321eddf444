"""Traces as a collector gets them."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)

from model_image.server.telemetry import traces
from model_image.server.telemetry.traces import Traces

CALLER = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ABOUT = {"slipway.model.name": "loans", "slipway.model.version": "1.2.0"}


class Collector(ThreadingHTTPServer):
    """Decodes what exporters send."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiver)
        self.requests: list[tuple[str, ExportTraceServiceRequest]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def spans(self) -> list[Any]:
        return [
            span
            for _, request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Collector)
        body = self.rfile.read(int(self.headers["content-length"]))
        request = ExportTraceServiceRequest.FromString(body)
        self.server.requests.append((self.path, request))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    server = Collector()
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def started(address: str, **options: Any) -> Traces:
    made = traces.start(address, "loans-prod", ABOUT, **options)
    assert made
    return made


def attributes(span: Any) -> dict[str, Any]:
    return {
        one.key: one.value.int_value or one.value.string_value
        for one in span.attributes
    }


def test_a_span_tells_of_the_model_the_rows_and_the_status(collector: Collector):
    made = started(collector.address)

    made.span({}, "predict").end(200, rows=3)
    made.end()

    (span,) = collector.spans
    assert span.name == "predict"
    assert span.kind == span.SPAN_KIND_SERVER
    assert attributes(span) == {
        **ABOUT,
        "http.response.status_code": 200,
        "slipway.rows": 3,
    }


@pytest.mark.parametrize("path", ["", "/", "/v1/traces"])
def test_spans_are_sent_under_the_name_of_the_service(collector: Collector, path: str):
    made = started(collector.address + path)

    made.span({}, "predict").end(200)
    made.end()

    ((asked, request),) = collector.requests
    (resource,) = request.resource_spans
    assert asked == "/v1/traces"
    assert attributes(resource.resource) == {"service.name": "loans-prod"}


def test_a_span_belongs_to_the_trace_of_the_caller(collector: Collector):
    made = started(collector.address)

    made.span({b"traceparent": CALLER, b"tracestate": b"a=1"}, "infer").end(200)
    made.end()

    (span,) = collector.spans
    assert span.trace_id.hex() == "0af7651916cd43dd8448eb211c80319c"
    assert span.parent_span_id.hex() == "b7ad6b7169203331"
    assert span.trace_state == "a=1"


def test_what_a_caller_does_not_trace_is_not_traced(collector: Collector):
    made = started(collector.address)

    made.span({b"traceparent": CALLER[:-1] + b"0"}, "infer").end(200)
    made.end()

    assert not collector.spans


@pytest.mark.parametrize("header", [b"", b"nonsense", b"\xff\xfe", CALLER * 9])
def test_a_wrong_header_begins_a_trace_of_its_own(collector: Collector, header: bytes):
    made = started(collector.address)

    made.span({b"traceparent": header}, "infer").end(200)
    made.end()

    (span,) = collector.spans
    assert span.parent_span_id == b""


@pytest.mark.parametrize(("status", "wrong"), [(422, False), (503, True)])
def test_only_what_is_our_fault_is_an_error(
    collector: Collector, status: int, wrong: bool
):
    made = started(collector.address)

    made.span({}, "predict").end(status)
    made.end()

    (span,) = collector.spans
    assert (span.status.code == span.status.STATUS_CODE_ERROR) is wrong


def test_a_share_of_requests_is_traced(collector: Collector):
    made = started(collector.address, share=0.1)

    for _ in range(500):
        made.span({}, "predict").end(200)
    made.end()

    assert 10 < len(collector.spans) < 150


def test_a_collector_that_says_nothing_does_not_hold_up_the_end():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        made = started(f"http://127.0.0.1:{silent.getsockname()[1]}")
        made.span({}, "predict").end(200)
        start = monotonic()

        made.end(0.2)

        assert monotonic() - start < 4


def test_without_a_collector_there_is_nothing_to_pay_for():
    code = (
        "import sys; from model_image.server.telemetry import traces;"
        "assert traces.start('', 'x', {}) is None;"
        "assert not [name for name in sys.modules if 'opentelemetry' in name]"
    )

    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
