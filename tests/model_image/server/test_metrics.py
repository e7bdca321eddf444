"""What Prometheus reads, on a port of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from model_image.server.manifest import read_manifest
from model_image.server.metrics import Metrics
from model_image.server.refusal import Mistake
from tests.model_image.server.telemetry.small_model import (
    MANIFEST,
    PROFILE,
    as_trained,
    values,
)


@pytest.fixture
def server(package: Path, start: Callable[..., Any]) -> Any:
    running = start(package)
    running.until("ready")
    return running


def samples(server: Any) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    page = httpx.get(f"http://127.0.0.1:{server.ports[1]}/metrics").text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def value(server: Any, metric: str, /, **labels: str) -> float | None:
    return samples(server).get((metric, frozenset(labels.items())))


def test_answers_are_counted_by_route_and_code(server: Any, wine_rows: Any):
    with server.client as client:
        client.post("/predict", json=wine_rows[0])
        client.post("/predict", json=wine_rows[0])
        client.post("/predict", json={})

    good = value(server, "slipway_requests_total", route="predict", code="200")
    bad = value(server, "slipway_requests_total", route="predict", code="422")
    timed = value(server, "slipway_request_duration_seconds_count", route="predict")
    assert (good, bad, timed) == (2, 1, 3)


def test_only_runs_of_the_model_count_as_inferences(server: Any, wine_rows: Any):
    with server.client as client:
        client.post("/predict", json=wine_rows[0])
        client.post("/predict", json={})

    assert value(server, "slipway_inference_duration_seconds_count") == 1


def test_paths_that_callers_make_up_share_one_label(server: Any):
    with server.client as client:
        for path in ("/a", "/b", "/c"):
            client.get(path)

    routes = {dict(labels).get("route") for _, labels in samples(server)}
    assert routes == {None, "unknown"}


def test_the_model_is_named_with_version_and_identity(server: Any, package: Path):
    identity = read_manifest(package).identity

    found = value(
        server, "slipway_model_info", name="wine", version="1.0.0", identity=identity
    )

    assert found == 1


def test_nothing_is_in_flight_when_nothing_is_asked(server: Any, wine_rows: Any):
    with server.client as client:
        client.post("/predict", json=wine_rows[0])
        client.post("/predict", content=b"{")

    assert value(server, "slipway_requests_in_flight") == 0


def test_readiness_is_a_metric(server: Any):
    assert value(server, "slipway_ready") == 1


def test_the_public_port_shows_no_metrics(server: Any):
    with server.client as client:
        assert client.get("/metrics").status_code == 404


def test_the_private_port_serves_the_model_too(server: Any, wine_rows: Any):
    """For people who look at the metrics and try the model."""
    private = f"http://127.0.0.1:{server.ports[1]}/predict"

    assert httpx.post(private, json=wine_rows[0]).status_code == 200


def test_mistakes_are_counted_by_feature_and_reason():
    metrics = Metrics(MANIFEST, PROFILE)
    wrong = Mistake("age", "type", "a number", "text", 0)
    absent = Mistake("numbers", "missing", "a FP32 tensor", "nothing")

    metrics.rejected([wrong, wrong, absent])

    page = values(metrics)
    assert page["slipway_rejects_total", "age", "type"] == 2
    assert page["slipway_rejects_total", "numbers", "missing"] == 1


def test_features_that_callers_make_up_share_one_label():
    metrics = Metrics(MANIFEST, PROFILE)

    for name in ("a", "b", "(whole row)"):
        metrics.rejected([Mistake(name, "unknown", "", "", 0)])

    page = values(metrics)
    rejects = {
        key[1:]: n for key, n in page.items() if key[0] == "slipway_rejects_total"
    }
    assert rejects == {("(other)", "unknown"): 3}


def test_a_batch_is_one_run_of_many_rows():
    metrics = Metrics(MANIFEST, PROFILE)

    metrics.inferred(0.003, 20)
    metrics.inferred(0.003, 1)

    page = values(metrics)
    assert page["slipway_batch_rows_bucket", "1.0"] == 1
    assert page[("slipway_batch_rows_sum",)] == 21
    assert page["slipway_inference_duration_seconds_bucket", "0.005"] == 2


def test_time_in_the_queue_is_shown():
    metrics = Metrics(MANIFEST, PROFILE)

    metrics.waited(0.2)

    assert values(metrics)[("slipway_queue_wait_seconds_sum",)] == 0.2


def test_what_goes_on_is_asked_when_the_page_is():
    metrics = Metrics(MANIFEST, PROFILE)
    metrics.in_flight += 2
    metrics.waiting = lambda: 5
    metrics.ready.set(1)

    page = values(metrics)

    assert page[("slipway_requests_in_flight",)] == 2
    assert page[("slipway_requests_waiting",)] == 5
    assert page[("slipway_ready",)] == 1


def test_the_process_tells_when_it_began():
    assert values(Metrics(MANIFEST, PROFILE))[("process_start_time_seconds",)] > 1e9


def test_two_servers_in_one_process_share_nothing():
    one, other = Metrics(MANIFEST, PROFILE), Metrics(MANIFEST, PROFILE)
    untouched = values(other)

    one.answered("predict", 200, 0.1)
    one.inferred(0.1, 1)
    one.rejected([Mistake("age", "type", "", "")])
    one.seen(*as_trained(1000))
    one.ready.set(1)
    one.page()

    ours = {key: n for key, n in values(other).items() if key[0].startswith("slipway")}
    live = "slipway_container"
    assert {key: n for key, n in ours.items() if not key[0].startswith(live)} == {
        key: n
        for key, n in untouched.items()
        if key[0].startswith("slipway") and not key[0].startswith(live)
    }
