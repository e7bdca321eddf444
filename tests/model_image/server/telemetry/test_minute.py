"""The line a minute, as people and as CloudWatch read it."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import numpy as np
import pytest

from model_image.server.log import Log
from model_image.server.manifest import Column
from model_image.server.metrics import Metrics
from model_image.server.profile import Distribution, Profile
from model_image.server.telemetry.minute import Minute
from tests.model_image.server.telemetry.small_model import (
    MANIFEST,
    PROFILE,
    as_trained,
    changed,
)

Written = Callable[[float], dict[str, Any]]


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(MANIFEST, PROFILE)


@pytest.fixture
def minute(metrics: Metrics) -> Written:
    return minutes_of(metrics)


def minutes_of(metrics: Metrics) -> Written:
    stream = StringIO()
    log = Log("info", stream, model="loans", version="1.2.0")
    minute = Minute(log, metrics, {"service": "loans-prod", "model": "loans"}, 0.0)

    def written(moment: float) -> dict[str, Any]:
        minute.write(moment)
        return json.loads(stream.getvalue().splitlines()[-1])

    return written


def test_it_tells_how_the_minute_went(metrics: Metrics, minute: Written):
    for code in (200, 200, 200, 422, 500):
        metrics.answered("predict", code, 0.02)
    metrics.answered("infer", 503, 0.02)
    metrics.inferred(0.01, 7)
    metrics.ready.set(1)
    metrics.in_flight = 2
    metrics.waiting = lambda: 3

    line = minute(60.0)

    expected = {
        "event": "minute",
        "seconds": 60.0,
        "requests": 6,
        "errors": 1,
        "overloads": 1,
        "starts": 1,
        "rejects": 1,
        "rows": 7,
        "in_flight": 2,
        "waiting": 3,
        "ready": 1,
        "service": "loans-prod",
        "version": "1.2.0",
    }
    assert expected.items() <= line.items()


def test_times_are_those_of_this_minute(metrics: Metrics, minute: Written):
    for _ in range(100):
        metrics.answered("predict", 200, 2.0)
    first = minute(60.0)

    for _ in range(98):
        metrics.answered("predict", 200, 0.004)
    metrics.answered("infer", 200, 0.3)
    metrics.answered("infer", 200, 0.3)
    second = minute(120.0)

    assert first["p50_ms"] == pytest.approx(2000, rel=0.2)
    assert second["p50_ms"] == pytest.approx(4, rel=0.2)
    assert second["p99_ms"] == pytest.approx(300, rel=0.2)
    assert second["requests"] == 100


def test_probes_and_scrapes_are_no_requests(metrics: Metrics, minute: Written):
    metrics.answered("health", 503, 0.001)
    metrics.answered("unknown", 404, 0.001)

    line = minute(60.0)

    assert (line["requests"], line["errors"], line["rejects"]) == (0, 0, 0)


def test_a_minute_without_requests_has_no_times(minute: Written):
    line = minute(60.0)

    assert "p99_ms" not in line
    assert "p99_ms" not in names(line)


def test_drift_is_told_by_feature_and_at_most(metrics: Metrics, minute: Written):
    inputs, outputs = as_trained(500)
    inputs["numbers"][:, 0] += 30
    metrics.seen(inputs, outputs)

    line = minute(60.0)

    assert line["data_drift_rows"] == 500
    assert line["data_drift_psi_max"] == line["data_drift_psi.input.age"] > 0.2
    assert line["data_drift_psi.output.label"] < 0.01


def test_a_line_that_comes_late_says_so(metrics: Metrics, minute: Written):
    assert minute(3000.0)["seconds"] == 3000.0


def test_the_next_line_is_due_a_minute_after_the_last(metrics: Metrics):
    minute = Minute(Log("error", StringIO()), metrics, {}, 100.0)

    before = minute.due
    minute.write(175.0)

    assert (before, minute.due) == (160.0, 235.0)


def names(line: dict[str, Any]) -> dict[str, str]:
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    return {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]}


def test_cloudwatch_finds_every_metric_and_dimension_in_the_line(
    metrics: Metrics, minute: Written
):
    """As its specification of the embedded metric format asks."""
    metrics.answered("predict", 200, 0.02)
    metrics.seen(*as_trained(500))

    line = minute(60.0)

    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Slipway"
    assert directive["Dimensions"] == [["service", "model"]]
    assert all(type(line[one]) is str for one in ("service", "model"))
    assert all(type(line[name]) in (int, float) for name in names(line))
    assert names(line)["p99_ms"] == "Milliseconds"
    assert names(line)["requests"] == "Count"
    assert names(line)["data_drift_psi_max"] == "None"
    assert 1.6e12 < line["_aws"]["Timestamp"] < 1e13


def test_cloudwatch_is_given_a_hundred_metrics_at_most():
    columns = tuple(Column(f"f{at}") for at in range(200))
    matrix = changed(MANIFEST.inputs[0], shape=(-1, 200), columns=columns)
    half = Distribution([0.5], [500, 500])
    profile = Profile(1000, {one.name: half for one in columns}, {})
    metrics = Metrics(changed(MANIFEST, inputs=(matrix,)), profile)
    metrics.seen({"numbers": np.zeros((500, 200), np.float32)}, {})

    line = minutes_of(metrics)(60.0)

    assert len(names(line)) == 100
    assert "data_drift_psi_max" in names(line)
    assert "data_drift_psi.input.f199" in line


def test_a_name_that_cloudwatch_refuses_is_a_field_only():
    columns = Column("größe"), Column("x" * 300)
    matrix = changed(MANIFEST.inputs[0], columns=columns)
    half = Distribution([0.5], [500, 500])
    profile = Profile(1000, {one.name: half for one in columns}, {})
    metrics = Metrics(changed(MANIFEST, inputs=(matrix,)), profile)
    metrics.seen({"numbers": np.zeros((500, 2), np.float32)}, {})

    line = minutes_of(metrics)(60.0)

    assert "data_drift_psi.input.größe" in line
    assert not [name for name in names(line) if name.startswith("data_drift_psi.")]


def test_a_version_that_was_not_asked_for_is_told():
    line = minutes_of(Metrics(MANIFEST, PROFILE, release=f"{MANIFEST.name} 9.9.9"))(60)
    other = minutes_of(
        Metrics(MANIFEST, PROFILE, release=f"{MANIFEST.name} {MANIFEST.version}")
    )(60)

    assert (line["stray"], other["stray"]) == (1, 0)
    assert "stray" in names(line)
