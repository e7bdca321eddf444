"""Every answer is counted; the line a minute comes from the request's own path."""

import io
import json
from time import perf_counter
from typing import Any

from model_image.server.log import Log
from model_image.server.message import Request, told
from model_image.server.metrics import Metrics
from model_image.server.record import Record
from model_image.server.request_log import RequestLog
from model_image.server.telemetry.minute import Minute

from .models import metrics

REQUEST = Request(b"", {}, "id", route="predict")
PROBE = Request(b"", {}, "id", route="health")


def record(every: float) -> tuple[Record, Metrics, io.StringIO]:
    counts, stream = metrics(), io.StringIO()
    log = Log(stream=stream)
    minute = Minute(log, counts, {"model": "m"}, perf_counter(), every=every)
    return Record(counts, RequestLog(log), minute), counts, stream


def events(stream: io.StringIO) -> list[Any]:
    return [json.loads(line)["event"] for line in stream.getvalue().splitlines()]


def test_an_answer_is_counted_with_its_time():
    kept, counts, _ = record(every=60)

    request = Request(b"", {}, arrived=perf_counter() - 0.3, route="predict")
    kept.answered(request, told({}))

    assert counts.answers["predict", 200] == 1
    assert 0.3 <= counts.durations["predict"].sum < 5


def test_a_request_writes_the_line_that_is_due():
    kept, _, stream = record(every=0)

    kept.answered(REQUEST, told({}))

    assert events(stream) == ["request", "minute"]


def test_a_server_that_nobody_asks_writes_it_too():
    kept, _, stream = record(every=0)

    kept.each_second()

    assert events(stream) == ["minute"]


def test_no_line_comes_before_its_time():
    kept, _, stream = record(every=60)

    kept.each_second()
    kept.answered(PROBE, told({}))

    assert events(stream) == []


def test_without_a_collector_there_are_no_spans():
    kept, _, _ = record(every=60)

    assert kept.begun(REQUEST) is None


def test_the_end_is_told_before_its_minute_is_over():
    kept, _, stream = record(every=60)
    kept.answered(PROBE, told({}))

    kept.end()

    assert events(stream) == ["minute"]
