"""An application asks the model beside it, in pods that are restricted."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from stacks.settings.service import ServiceSettings
from tests.components.kubernetes.documented import documented
from tests.deployment.kubernetes.conftest import Stack, make_restricted_namespace
from tests.deployment.kubernetes.shop import Shop, status_of
from tests.deployment.watching import until
from tests.faulty import asking

pytestmark = [pytest.mark.docker, pytest.mark.cluster]

APPLICATION = Path(__file__).parents[3] / "stacks/compose/mounted/application.py"
ASKS = ["python", "/application/application.py"]
_BEGIN = """
import json, os, signal, sys, time
sys.path.insert(0, "/application")
from application import ask
url = os.environ["MODEL_URL"]
example = json.dumps(json.load(open("/model/example.json"))["request"])
"""
ASKS_ONCE = f"{_BEGIN}print(ask(url, example, {{}}), flush=True)"
ASKS_TO_THE_END = f"""{_BEGIN}
told = []
signal.signal(signal.SIGTERM, lambda *_: told.append(time.time()))
while not told or time.time() < told[0] + 3:
    print(bool(told), ask(url, example, {{}})[0], flush=True)
    time.sleep(0.1)
print("ended", time.time(), flush=True)
"""


@pytest.fixture(scope="module")
def opened(stack: Stack, wine: dict[str, str], faulty_model: str) -> Shop:
    one = stack("shop")
    make_restricted_namespace(one)
    digests = {f"wine {version}": digest for version, digest in wine.items()}
    made = Shop(one, {**digests, "faulty 1.0.0": faulty_model})
    files = {"application.py": APPLICATION.read_text()}
    made.apply("v1", "ConfigMap", "application", data=files)
    return made


@pytest.fixture
def shop(opened: Shop) -> Iterator[Shop]:
    """Its pods go with each test."""
    yield opened
    cluster, pods = opened.stack.cluster, opened.path("").rstrip("/")
    for pod in cluster.list(pods):
        cluster.delete(opened.path(pod["metadata"]["name"]), grace_s=0)


def _at(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def _events(lines: list[str]) -> dict[str, float]:
    return {one["event"]: _at(one["time"]) for one in map(json.loads, lines)}


@pytest.mark.parametrize(("reached", "ports"), [("socket", [9090]), ("localhost", [])])
def test_an_application_asks_and_is_answered_from_its_start(
    shop: Shop, reached: str, ports: list[int]
) -> None:
    shop.make(reached, shop.spec(shop.sidecar(reached=reached), ASKS))
    shop.until_answered(reached)

    pod = shop.pod(reached)
    started = _at(status_of(pod, "shop")["state"]["running"]["startedAt"])
    ready = _events(shop.lines(reached, "model"))["ready"]
    # The cluster tells whole seconds.
    assert started >= int(ready)
    until(lambda: len(shop.lines(reached)) > 5, "it goes on asking")
    assert all("200 in" in line for line in shop.lines(reached))
    assert shop.open_ports(reached) == ports


def test_with_a_socket_the_private_port_can_be_shut_too(shop: Shop) -> None:
    alone = shop.sidecar(settings={"env": {"SLIPWAY_HOST": "127.0.0.1"}})
    shop.make("alone", shop.spec(alone, ASKS))
    shop.until_answered("alone")

    assert shop.open_ports("alone") == []


def test_its_secrets_are_its_own_and_the_pods_token_is_not(shop: Shop) -> None:
    shop.apply(
        "v1", "Secret", "callers", stringData={"TOKENS": "a-token-of-some-length"}
    )
    env = {"SLIPWAY_TOKENS": "/run/secrets/TOKENS"}
    given = {"settings": {"env": env, "secrets": ("TOKENS",)}, "secrets": "callers"}
    shop.make("guarded", shop.spec(shop.sidecar(**given), ASKS))
    until(lambda: shop.lines("guarded"), "it asks")

    assert shop.lines("guarded")[0].startswith("401 in")
    token = "/var/run/secrets/kubernetes.io/serviceaccount"
    listed = f"import os; print(sorted(os.listdir('{token}')), os.listdir('/run'))"
    assert "'token'" in shop.python("guarded", "shop", listed)
    assert "secrets" not in shop.python("guarded", "shop", listed)
    assert shop.python("guarded", "model", listed).startswith("[] ")


def test_without_an_answer_the_application_is_not_started(shop: Shop) -> None:
    broken = shop.sidecar("wine 1.2.0")
    shop.make("broken", shop.spec(broken, ASKS))

    def restarts() -> int:
        return status_of(shop.pod("broken"), "model").get("restartCount", 0)

    until(lambda: restarts() > 0, "the model is tried again")
    assert "waiting" in status_of(shop.pod("broken"), "shop")["state"]


def test_a_job_ends_with_its_application(shop: Shop) -> None:
    cluster = shop.stack.cluster
    spec = shop.spec(shop.sidecar(), ["python", "-c", ASKS_ONCE], restartPolicy="Never")
    shop.apply("batch/v1", "Job", "once", spec={"template": {"spec": spec}})
    path = cluster.path("jobs", "once")

    def succeeded() -> bool:
        return bool((cluster.get(path) or {})["status"].get("succeeded"))

    until(succeeded, "the job is complete", 60)
    pods = path.partition("/jobs")[0].replace("apis/batch", "api") + "/pods"
    (pod,) = cluster.list(pods, {"job-name": "once"})
    ends = [status_of(pod, one)["state"]["terminated"] for one in ("shop", "model")]
    application, model = (_at(one["finishedAt"]) for one in ends)
    print(f"the model ended {model - application:g} s after the application")
    assert [one["exitCode"] for one in ends] == [0, 0]
    assert 0 <= model - application < 10


def test_it_answers_until_the_application_has_ended(shop: Shop) -> None:
    shop.make("ending", shop.spec(shop.sidecar(), ["python", "-c", ASKS_TO_THE_END]))
    until(lambda: len(shop.lines("ending")) > 5, "it asks")
    logs: dict[str, list[str]] = {"shop": [], "model": []}

    def follow(container: str) -> None:
        for line in shop.stack.cluster.log("ending", container, follow=True):
            logs[container].append(line)

    following = [threading.Thread(target=follow, args=(one,)) for one in logs]
    for one in following:
        one.start()
    begun = time.monotonic()
    shop.stack.cluster.delete(shop.path("ending"))
    for one in following:
        one.join(60)
    print(f"the pod ended within {time.monotonic() - begun:.1f} s")
    *asked, last = logs["shop"]
    events = _events(logs["model"])

    assert [line for line in asked if line.startswith("True")][10:]
    assert {line.split()[1] for line in asked} == {"200"}
    assert events["draining"] >= float(last.removeprefix("ended "))
    assert events["stopped"] - events["draining"] >= ServiceSettings().drain_s


def test_a_model_that_dies_comes_back_without_the_application(shop: Shop) -> None:
    settings = {"cpu": 0.5, "memory_mb": 512}
    faulty = shop.sidecar("faulty 1.0.0", settings=settings)
    shop.make("dying", shop.spec(faulty, ASKS))
    shop.until_answered("dying")
    before = status_of(shop.pod("dying"), "shop")
    shop.python(
        "dying",
        "shop",
        f"{_BEGIN}try:\n    print(ask(url, {asking('exits').decode()!r}, {{}}))\n"
        "except Exception as error:\n    print(repr(error))",
    )

    def restarted() -> bool:
        model = status_of(shop.pod("dying"), "model")
        return model["restartCount"] == 1 and model["ready"]

    until(restarted, "the model is back")
    seen = len(shop.lines("dying"))
    until(lambda: len(shop.lines("dying")) > seen + 3, "it goes on asking")
    lines = shop.lines("dying")
    missed = [line for line in lines if not line.startswith("200 in")]
    print(f"{len(missed)} of {len(lines)} unanswered: {missed}")
    assert (
        status_of(shop.pod("dying"), "model")["lastState"]["terminated"]["exitCode"]
        == 9
    )
    assert status_of(shop.pod("dying"), "shop")["containerID"] == before["containerID"]
    assert 0 < len(missed) < 15
    assert all(line.startswith("200 in") for line in lines[-3:])


def test_the_documented_pod_is_let_in(shop: Shop, tmp_path: Path) -> None:
    """By the API server as restricted, and with no key that it does not know."""
    declared = documented(tmp_path).only("kubernetes:apps/v1:Deployment").inputs
    metadata = {"name": "documented", "namespace": shop.stack.cluster.namespace}
    spec = declared["spec"]["template"]["spec"]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    only = {"dryRun": "All", "fieldValidation": "Strict"}

    made = shop.stack.cluster.ask(
        "POST", shop.path("").rstrip("/"), body=pod, params=only
    )
    assert made["spec"]["initContainers"][0]["restartPolicy"] == "Always"
