"""The lines that whoever runs the server reads."""

import io
import json
import logging
from typing import Any

from model_image.server.log import LibraryLogs, Log


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_the_logs_own_fields():
    stream = io.StringIO()

    Log("info", stream, model="wine").warning("odd\nthing", count=2)

    (line,) = lines(stream)
    time = line.pop("time")
    assert line == {
        "level": "warning",
        "event": "odd\nthing",
        "model": "wine",
        "count": 2,
    }
    assert time.endswith("+00:00")


def test_events_below_the_level_are_not_written():
    stream = io.StringIO()
    log = Log("warning", stream)

    log.info("quiet")
    log.error("loud")

    assert [line["event"] for line in lines(stream)] == ["loud"]


def test_an_exception_in_a_library_becomes_one_line():
    stream = io.StringIO()
    logger = logging.Logger("some.library")
    logger.addHandler(LibraryLogs(Log("info", stream)))
    logger.info("not worth a line")

    try:
        raise ValueError("broken")
    except ValueError:
        logger.exception("it failed")

    (line,) = lines(stream)
    assert (line["level"], line["event"]) == ("error", "some.library")
    assert line["trace"].endswith("ValueError: broken")
