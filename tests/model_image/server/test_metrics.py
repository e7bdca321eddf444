"""What Prometheus reads, on a port of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from model_image.server.manifest import read_manifest


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


def test_the_private_port_answers_nothing_else(server: Any):
    answer = httpx.get(f"http://127.0.0.1:{server.ports[1]}/predict")

    assert answer.status_code == 404
