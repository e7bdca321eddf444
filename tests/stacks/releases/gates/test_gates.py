"""Gates on orders, the time of day, alerts, and the model itself."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from model_image.server.manifest import Manifest, read_manifest
from tests.stacks.releases.gates.conftest import (
    DIGEST,
    OLD,
    WINE_BEFORE,
    Asked,
    answer,
    happened,
    settings,
)

EXAMPLE = read_manifest(Path(__file__).parents[4] / "model_image/example/package")


def test_a_hold_at_another_release_does_not_pass(asked: Asked) -> None:
    hold = happened("held", "prod", WINE_BEFORE, reason="holidays")

    found = answer(asked(hold), "hold")

    assert found.result == "fail"
    assert "by ann@example.org (holidays)" in found.got
    assert answer(asked(happened("held", "prod")), "hold").result == "pass"


@pytest.mark.parametrize(
    ("stack", "result"), [("dev", "fail"), ("prod", "fail"), ("qa", "pass")]
)
def test_a_veto_counts_in_the_stack_and_all_before_it(
    asked: Asked, stack: str, result: str
) -> None:
    assert answer(asked(happened("vetoed", stack)), "veto").result == result


@pytest.mark.parametrize("gate", ["hold", "veto"])
def test_orders_that_cannot_be_seen_are_not_known(asked: Asked, gate: str) -> None:
    found = answer(asked(blind="origin is out of reach"), gate)

    assert (found.result, found.got) == (
        "unknown",
        "others' are not seen: origin is out of reach",
    )


@pytest.mark.parametrize(
    ("local", "result"),
    [
        ("2026-03-04T09:00", "pass"),
        ("2026-03-04T08:59", "fail"),
        ("2026-03-04T17:00", "fail"),
        ("2026-03-07T12:00", "fail"),  # a Saturday
        ("2026-07-01T09:00", "pass"),  # with daylight saving, 07:00 UTC
    ],
)
def test_hours_are_those_of_the_zone(asked: Asked, local: str, result: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    at = datetime.fromisoformat(local).replace(tzinfo=berlin)

    question = asked(gates={"hours": {"zone": "Europe/Berlin"}}, at=at)

    assert answer(question, "hours").result == result


@contextmanager
def prometheus(*answers: object) -> Iterator[int]:
    """Says these results, one a question, on a port of its own."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"data": {"result": left.pop(0)}}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


UP = [{"metric": {}, "value": [0, "1"]}]
FIRING = [{"metric": {"alertname": "errors"}, "value": [0, "1"]}]


@pytest.mark.parametrize(
    ("answers", "result", "got"),
    [
        ((UP, []), "pass", "quiet"),
        ((UP, FIRING), "fail", "errors"),
        (([],), "unknown", "Prometheus does not know staging"),
    ],
)
def test_alerts_of_the_upstream_must_be_quiet(
    asked: Asked, answers: tuple[object, ...], result: str, got: str
) -> None:
    with prometheus(*answers) as port:
        staging = settings("staging", monitoring={"port": port})
        question = asked(gates={"alerts": True}, source_settings=staging)

        found = answer(question, "alerts")

    assert (found.result, found.got) == (result, got)


def test_without_prometheus_nothing_is_known_of_alerts(asked: Asked) -> None:
    silent = settings("staging", monitoring={"port": 1})

    assert answer(asked(gates={"alerts": True}), "alerts").result == "unknown"
    question = asked(gates={"alerts": True}, source_settings=silent)
    assert answer(question, "alerts").result == "unknown"


def history(new: Any, old: Any) -> list[Any]:
    """Two builds with these metrics, of which prod runs the old one."""
    return [
        happened("built", "dev", WINE_BEFORE, metrics=old),
        happened("built", "dev", metrics=new),
        happened("verified", "staging"),
        happened("verified", "prod", WINE_BEFORE),
    ]


@pytest.mark.parametrize(
    ("new", "old", "better", "result"),
    [
        (0.90, 0.89, "higher", "pass"),
        (0.88, 0.89, "higher", "pass"),
        (0.87, 0.89, "higher", "fail"),
        (0.30, 0.20, "lower", "fail"),
        (0.21, 0.20, "lower", "pass"),
        (None, 0.2, "lower", "unknown"),
        ("high", 0.2, "lower", "unknown"),
        (True, 0.2, "higher", "unknown"),
    ],
)
def test_no_figure_may_be_worse_by_more_than_the_margin(
    asked: Asked, new: Any, old: Any, better: str, result: str
) -> None:
    wanted = {"metric": "accuracy", "better": better, "margin": 0.015}
    events = history({"accuracy": new}, {"accuracy": old})
    gates = {"quality": [wanted], "schema": False}

    question = asked(*events, gates=gates)

    assert answer(question, "quality accuracy").result == result


def test_the_first_release_is_worse_than_nothing(asked: Asked) -> None:
    question = asked(gates={"quality": [{"metric": "accuracy"}]})

    assert answer(question, "quality accuracy").result == "pass"


def _without_a_column() -> Manifest:
    first = EXAMPLE.inputs[0]
    fewer = msgspec.structs.replace(
        first, columns=first.columns[1:], shape=(-1, len(first.columns) - 1)
    )
    return msgspec.structs.replace(EXAMPLE, inputs=(fewer,))


def test_callers_of_what_runs_must_be_able_to_call_the_release(asked: Asked) -> None:
    fewer = _without_a_column()
    events = history({}, {})

    same = asked(*events, manifest={DIGEST: EXAMPLE, OLD: EXAMPLE}.__getitem__)
    other = replace(same, manifest={DIGEST: fewer, OLD: EXAMPLE}.__getitem__)
    lost = replace(same, manifest={DIGEST: EXAMPLE}.__getitem__)

    assert answer(same, "schema").result == "pass"
    assert answer(other, "schema").result == "fail"
    assert "is removed" in answer(other, "schema").got
    assert answer(lost, "schema").result == "unknown"


@pytest.mark.parametrize(
    ("wanted", "result"),
    [
        (["linux/arm64"], "pass"),
        (["linux/arm64", "linux/riscv64"], "fail"),
    ],
)
def test_an_image_must_be_built_for_what_the_target_runs_on(
    asked: Asked, wanted: list[str], result: str
) -> None:
    question = asked(gates={"platforms": wanted})

    assert answer(question, "platforms").result == result


def test_a_registry_that_does_not_answer_says_nothing_of_platforms(
    asked: Asked,
) -> None:
    def down() -> tuple[str, ...]:
        raise ConnectionError("no registry")

    assert answer(asked(platforms=down), "platforms").result == "unknown"
