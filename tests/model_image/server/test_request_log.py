"""What a request leaves in the log, and what it never does."""

import io
import json
from dataclasses import replace
from typing import Any

from model_image.server.log import Log
from model_image.server.message import Request, refused, told
from model_image.server.refusal import Mistake
from model_image.server.request_log import RequestLog

SECRET = "4111-1111"
REQUEST = Request(f'{{"card": "{SECRET}"}}'.encode(), {}, "id-1")


def lines(*replies: Any, payloads: bool = False, route: str = "predict") -> list[Any]:
    stream = io.StringIO()
    log = RequestLog(Log(stream=stream), payloads=payloads)
    for reply in replies:
        log.note(replace(REQUEST, route=route), reply, 0.0123)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_of_many_requests_that_went_well_one_a_second_is_logged():
    (line,) = lines(*[told({})] * 50)

    assert (line["route"], line["status"], line["ms"]) == ("predict", 200, 12.3)


def test_every_failure_is_logged_with_its_reason():
    first, second = lines(*[refused(503, {"error": "too much"})] * 2)

    assert (first["level"], first["error"], first["id"]) == (
        "error",
        "too much",
        "id-1",
    )
    assert second["status"] == 503


def test_wrong_values_are_logged_by_feature_alone():
    mistake = Mistake("card", "type", "a number", f'"{SECRET}"', 0)

    (line,) = lines(refused(422, {"error": f"card: {SECRET}", "mistakes": [mistake]}))

    assert line["features"] == ["card"]
    assert SECRET not in json.dumps(line)


def test_what_was_asked_is_logged_only_where_that_is_asked_for():
    (silent,) = lines(told({}))
    (open_,) = lines(told({}), payloads=True)

    assert SECRET not in json.dumps(silent)
    assert SECRET in open_["payload"]


def test_probes_are_not_logged():
    assert lines(told({}), refused(503, {"error": "no"}), route="health") == []
