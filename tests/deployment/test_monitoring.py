"""Each fault of a real service reaches a person, and so does its end."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from components.dashboard import dashboard, queries
from model_image.server.manifest import read_manifest
from stacks.machine.forward import forwarded
from tests.deployment.faults import answers, asked, eat, post, stray
from tests.deployment.watching import Watching, until
from tests.estate import Estate
from tests.faulty import asking, faulty

pytestmark = pytest.mark.docker

THRESHOLDS = {
    "p99_ms": 250,
    "window_s": 12,
    "patience_s": 1,
    "requests": 5,
    "throttled_share": 0.1,
    "restarts": 2,
    "restarts_window_s": 30,
}
SOUND = ["none"] * 4
STORM = ["slow", "raises", "raises", "raises", "burns", "burns", "unfit", *SOUND]
TOLD = {
    "errors": "are errors of its own",
    "latency": "takes longer than",
    "rejects": "are refused because of what is in them",
    "throttled": "is held up by its processor limit",
    "memory": "of its memory; at all of it, it is killed",
    "drift": "The input age of",
    "version": "a replica has faulty 2.0.0",
    "overload": "for there are more than it can answer in time",
}


@pytest.fixture(scope="module")
def watching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watching]:
    """A machine with a model that goes wrong on demand."""
    estate = Estate.clone(tmp_path_factory.mktemp("watched") / "clone")
    try:
        with Watching.of(estate) as watching:
            faulty(estate.root / "models" / "faulty")
            estate.write(
                estate.stack("dev"),
                tier="dev",
                package="models/faulty",
                service={
                    "cpu": 0.25,
                    "memory_mb": 320,
                    "health": {"interval_s": 1, "startup_s": 60, "window_s": 1},
                    "env": {
                        "SLIPWAY_DRIFT_ROWS": "50",
                        "SLIPWAY_QUEUE_SECONDS": "0.2",
                    },
                },
                monitoring={"port": watching.port, "thresholds": THRESHOLDS},
            )
            estate.up(estate.stack("dev"))
            yield watching
    finally:
        estate.clean()
        estate.clean_images()


@pytest.fixture(scope="module")
def dev(watching: Watching) -> str:
    """The stack's name."""
    return watching.estate.stack("dev")


@pytest.fixture(scope="module")
def url(watching: Watching, dev: str) -> str:
    return f"http://127.0.0.1:{watching.estate.ports[dev]}/predict"


@pytest.fixture(scope="module")
def storm(watching: Watching, dev: str, url: str) -> dict[str, list[Any]]:
    """Everything that can go wrong while a service answers; then nothing."""
    post(url, asking(age=500.0, rows=400))
    with stray(watching, dev), asked(url, STORM):
        for alert in TOLD.keys() - {"memory"}:
            watching.until_told(alert)
    eat(watching, dev, url)
    watching.until_told("memory")
    post(url, asking("gives_back"))
    return {alert: watching.told(alert) for alert in TOLD}


@pytest.mark.parametrize("alert", TOLD)
def test_a_fault_reaches_a_person_with_sentence_and_runbook(
    storm: dict[str, list[Any]], dev: str, alert: str
):
    told = [one["annotations"] for one in storm[alert]]

    assert any(TOLD[alert] in one["summary"] for one in told)
    assert all(dev in one["summary"] for one in told)
    assert told[0]["runbook"] == f"https://runbooks.example/{alert}.md"


@pytest.mark.parametrize("alert", [one for one in TOLD if one != "drift"])
@pytest.mark.usefixtures("storm")
def test_the_end_of_a_fault_is_told_too(watching: Watching, alert: str):
    watching.until_told(alert, "resolved")


def starts(watching: Watching, dev: str) -> set[str]:
    """When its replicas began, as Prometheus saw last."""
    query = f'process_start_time_seconds{{stack="{dev}",role="replica"}}'
    return {one["value"][1] for one in watching.query(query)}


def another_start(watching: Watching, dev: str, before: set[str]) -> bool:
    return bool(starts(watching, dev) - before)


@pytest.mark.usefixtures("storm")
def test_a_crash_loop_reaches_a_person_and_ends_the_drift(
    watching: Watching, dev: str, url: str
):
    for _ in range(3):
        before = starts(watching, dev)
        with pytest.raises(httpx.HTTPError):
            httpx.post(url, content=asking("exits"), timeout=5).raise_for_status()
        until(lambda: answers(url), "it is back")
        # A start that was never scraped is none to Prometheus.
        until(partial(another_start, watching, dev, before), "its start is seen")

    told = watching.until_told("restarts")

    assert f"A replica of {dev} started" in told["annotations"]["summary"]
    watching.until_told("drift", "resolved")
    watching.until_told("restarts", "resolved")


@pytest.mark.usefixtures("storm")
def test_a_stopped_server_reaches_a_person(watching: Watching, dev: str, url: str):
    until(lambda: not watching.query('ALERTS{alertname="slipway_down"}'), "it is up")
    before, ended = (
        len(watching.told("down", status)) for status in ("firing", "resolved")
    )
    (replica,) = watching.estate.containers(dev)
    replica.stop()
    told = watching.until_told("down", after=before)
    replica.start()

    assert told["annotations"]["summary"].startswith(f"{dev} does not answer")
    assert told["labels"]["severity"] == "page"
    watching.until_told("down", "resolved", after=ended)
    until(lambda: answers(url), "it answers")


def test_a_dead_edge_is_as_bad_as_no_replica(watching: Watching, dev: str):
    before = len(watching.told("down"))
    (edge,) = watching.estate.containers(dev, "edge")
    os.kill(edge.attrs["State"]["Pid"], signal.SIGSTOP)
    try:
        watching.until_told("down", after=before)
    finally:
        os.kill(edge.attrs["State"]["Pid"], signal.SIGCONT)


def test_every_panel_of_the_dashboard_has_data(watching: Watching, dev: str, url: str):
    httpx.post(url, content=asking(rows=400), timeout=30)
    manifest = read_manifest(watching.estate.root / "models/faulty")
    asked_for = list(queries(dashboard(manifest)))

    def empty() -> list[tuple[str, str]]:
        return [one for one in asked_for if not watching.query(_filled(one[1], dev))]

    until(lambda: not empty(), "every panel has data")
    assert empty() == []


def _filled(expression: str, dev: str) -> str:
    """As Grafana fills it in."""
    return (
        expression.replace("$stack", dev)
        .replace("$__rate_interval", "1m")
        .replace("$__range", "5m")
    )


def test_a_second_model_is_watched_with_no_code_touched(watching: Watching):
    estate = watching.estate
    second = estate.stack("second")
    estate.write(
        second,
        tier="dev",
        package="model_image/example/package",
        service={"health": {"interval_s": 1, "startup_s": 15, "window_s": 1}},
        monitoring={"port": watching.port},
    )

    said = estate.run("up", second)

    assert said.returncode == 0, said.stderr
    assert "goes first, to watch" in said.stderr
    info = f'slipway_model_info{{stack="{second}",name="wine"}}'
    until(lambda: watching.query(info), "the second model is found")
    rules = httpx.get(f"http://127.0.0.1:{watching.port}/api/v1/rules").json()
    assert second in [group["name"] for group in rules["data"]["groups"]]


def test_open_leads_to_every_page_of_a_stack(watching: Watching, dev: str):
    said = watching.estate.run("open", dev, "--json")

    links = json.loads(said.stdout)
    assert links.keys() == {"API", "alerts", "Prometheus", "silences"}
    for link in links.values():
        assert httpx.get(link, follow_redirects=True, timeout=10).status_code == 200


def test_the_page_of_a_replica_is_reached_through_docker(watching: Watching, dev: str):
    (replica,) = watching.estate.containers(dev)

    async def page() -> str:
        async with forwarded(replica.id, 9090) as port, httpx.AsyncClient() as client:
            return (await client.get(f"http://127.0.0.1:{port}/card", timeout=20)).text

    assert json.loads(asyncio.run(page()))["name"] == "faulty"


def test_who_watches_is_not_destroyed_before_the_watched(watching: Watching, dev: str):
    refused = watching.estate.run("destroy", watching.estate.shared, "--yes")

    assert refused.returncode == 1
    assert f"watches {dev}" in refused.stderr
    assert watching.query("up == 1")


def test_a_stack_that_is_destroyed_is_missed_by_nobody(watching: Watching):
    estate, second = watching.estate, watching.estate.stack("second")
    before = len(watching.told("down"))

    assert estate.run("destroy", second, "--yes").returncode == 0

    up = f'up{{stack="{second}"}}'
    until(lambda: not watching.query(f"{up} == 1"), "nothing of it is found")
    time.sleep(8)
    assert len(watching.told("down")) == before
