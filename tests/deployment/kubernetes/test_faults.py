"""A model that is killed, eats or hangs: the cluster mends it, and somebody is told."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cluster import Cluster as OwnCluster
from tests.deployment.kubernetes.applied import Applied
from tests.deployment.kubernetes.conftest import Stack, address, pods, running
from tests.deployment.kubernetes.prometheus import Prometheus, watching
from tests.deployment.watching import until
from tests.faulty import asking

pytestmark = [pytest.mark.docker, pytest.mark.cluster]
_WINDOW_S = 300


@pytest.fixture(scope="module")
def prod(stack: Stack, faulty_model: str) -> Applied:
    """One pod of a model that goes wrong as it is asked to."""
    return running(
        stack,
        "faults",
        faulty_model,
        model="faulty",
        service={
            "replicas": 1,
            "cpu": 0.5,
            "env": {"SLIPWAY_STUCK_SECONDS": "2", "SLIPWAY_REQUEST_SECONDS": "2"},
        },
        monitoring={
            "interval_s": 1,
            "thresholds": {
                "restarts": 1,
                "restarts_window_s": _WINDOW_S,
                "patience_s": 1,
            },
        },
    )


@pytest.fixture(scope="module")
def prometheus(
    prod: Applied, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    with watching(prod, tmp_path_factory.mktemp("prometheus")) as one:
        yield one


def _scale(prod: Applied, place: str, replicas: int) -> None:
    change = [{"op": "replace", "path": "/spec/replicas", "value": replicas}]
    kind = "application/json-patch+json"
    prod.cluster.ask("PATCH", place, body=change, kind=kind)


def _restarts(prod: Applied) -> int:
    (pod,) = pods(prod)
    return pod["status"]["containerStatuses"][0]["restartCount"]


def _counted(prometheus: Prometheus) -> float:
    """The restarts that the alert counts."""
    started = 'process_start_time_seconds{role="replica"}'
    found = prometheus.query(f"max(changes({started}[{_WINDOW_S}s]))")
    return float(found[0]["value"][1]) if found else 0.0


def _ask(prod: Applied, fault: str) -> int:
    url = f"http://{address(prod)}/predict"
    with suppress(httpx.HTTPError):
        return httpx.post(
            url, content=asking(fault), timeout=5, trust_env=False
        ).status_code
    return 0


def _kill(prod: Applied) -> None:
    """`kill -9` of the server, which only the machine under the pod can do."""
    (pod,) = pods(prod)
    uid = pod["metadata"]["uid"]
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            groups = (process / "cgroup").read_text().replace("_", "-")
            serves = b"model_image.server" in (process / "cmdline").read_bytes()
            if uid in groups and serves:
                os.kill(int(process.name), signal.SIGKILL)


def _eat(prod: Applied) -> None:
    restarts = _restarts(prod)
    until(lambda: not _ask(prod, "eats") or _restarts(prod) > restarts, "out of memory")


def _hang(prod: Applied) -> None:
    _ask(prod, "hangs")


@pytest.mark.parametrize(
    ("fault", "says"),
    [(_kill, "137"), (_eat, "it needs more memory than its 256MiB"), (_hang, "")],
    ids=["killed", "out of memory", "hung"],
)
def test_it_is_ready_again_and_the_alert_fires(
    prod: Applied, prometheus: Prometheus, fault: Callable[[Applied], Any], says: str
) -> None:
    if fault is _kill and not OwnCluster().is_up():
        pytest.skip("the node of another cluster is out of reach for kill -9")
    before, begun = _restarts(prod), time.monotonic()
    counted = _counted(prometheus)

    fault(prod)

    until(lambda: _restarts(prod) > before, "a restart")
    until(lambda: _ask(prod, "none") == 200, "an answer")
    took = time.monotonic() - begun
    until(lambda: _counted(prometheus) > counted, "Prometheus to count it")
    alerted = prometheus.until_fires("restarts")
    print(f"ready again after {took:.1f} s, alert {alerted:.1f} s after it was counted")
    (replica,) = prod.delivery().observer.replicas()
    assert replica.health == "healthy"
    assert says in prod.delivery().observer.last_words(replica.id)


def test_a_service_without_a_ready_pod_is_down(
    prod: Applied, prometheus: Prometheus
) -> None:
    place = prod.cluster.path("deployments", "faulty")

    _scale(prod, place, 0)

    assert prometheus.until_fires("down") < 60
    _scale(prod, place, 1)
    until(lambda: not prometheus.fires("down"), "its end", 60)
