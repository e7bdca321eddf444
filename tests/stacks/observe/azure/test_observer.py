"""What the observer of Azure sees, through the real SDK."""

import json
import time
from importlib import import_module
from typing import Any

import httpx
import pytest

from stacks.observe.azure import observer as azure_observer
from stacks.observe.azure.observer import AzureObserver
from stacks.observe.replica import Progress
from stacks.settings.azure import AzurePlatform
from stacks.settings.cloud_error import CloudError
from stacks.settings.stack import StackSettings
from tests.stacks.observe.azure.world import (
    DIGEST,
    GROUP,
    OTHER,
    OURS,
    World,
    alert,
    copy,
)

APP = "slipway-prod"
UPSTREAM: dict[str, dict[str, Any]] = {
    "prod": {"slipway:upstream": "staging"},
    "dev": {"slipway:package": "model_image/example/package"},
}
EXAMPLE = {
    "event": "example",
    "level": "info",
    "status": 200,
    "expected": {"a": 1},
    "got": {"a": 1},
    "tolerance": 0,
}


def settings(tier: str = "prod", **platform: Any) -> StackSettings:
    place = {
        "kind": "azure",
        "subscription": OURS,
        "location": "westeurope",
        "resource_group": GROUP,
        "environment": {"kind": "made", "zone_redundant": False},
        "contacts": [{"email": "ml@example.com"}],
    }
    return StackSettings.parse(
        "prod",
        {
            "slipway:tier": tier,
            **UPSTREAM[tier],
            "slipway:registry": {"kind": "oci", "address": "registry.example.com"},
            "slipway:platform": {**place, **platform},
            "slipway:service": {"replicas": 2, "cpu": 0.5, "memory_mb": 1024},
        },
    )


def looking_at(
    world: World, *said: str, rows: list[str] | None = None, **platform: Any
) -> AzureObserver:
    """The observer, with a log that says this."""

    def answer(request: httpx.Request) -> httpx.Response:
        world.asked.append((request.method, str(request.url), dict(request.headers)))
        if request.method == "POST":
            world.asked.append(("query", "", json.loads(request.content)["query"]))
            table = {"rows": [[row] for row in rows or ()]}
            return httpx.Response(200, json={"tables": [table]})
        return httpx.Response(200, text="".join(f"{line}\n" for line in said))

    found = settings(**platform)
    assert isinstance(found.platform, AzurePlatform)
    client = world.client(found.platform)
    return AzureObserver("prod", found, client, httpx.MockTransport(answer))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)


def test_the_folder_names_its_observer() -> None:
    assert azure_observer is AzureObserver


def test_a_copy_is_known_by_what_its_revision_was_made_from() -> None:
    world = World()
    id = world.serve(APP, "r1")
    (found,) = looking_at(world).replicas()
    assert (found.id, found.digest, found.stack) == (id, DIGEST, "prod")
    assert (found.model, found.version, found.deployment) == ("wine", "1.4.2", "d1")
    assert (found.attempt, found.health, found.in_rotation) == (2, "healthy", True)


def test_a_canary_is_none_of_the_releases_copies() -> None:
    world = World()
    world.serve(APP, "r1", weight=90)
    world.serve(APP, "r2", weight=10, role="canary", digest=OTHER)
    seen = looking_at(world)
    (main,), (canary,) = seen.replicas(), seen.canaries()
    assert (main.digest, main.weight) == (DIGEST, None)
    assert (canary.digest, canary.weight) == (OTHER, 10)


def test_a_revision_without_traffic_or_asleep_takes_no_request() -> None:
    world = World()
    world.serve(APP, "r0", active=False)
    world.serve(APP, "r1", weight=0)
    assert [one.in_rotation for one in looking_at(world).replicas()] == [False]


@pytest.mark.parametrize(
    ("container", "health"),
    [
        ({"runningState": "Waiting", "ready": False}, "waiting"),
        ({"ready": False, "started": False}, "starting"),
        ({"ready": False}, "unhealthy"),
        ({"runningState": "Terminated", "ready": False}, "stopped"),
        (
            {
                "runningState": "Waiting",
                "ready": False,
                "runningStateDetails": "CrashLoopBackOff",
            },
            "restarting",
        ),
    ],
)
def test_a_copys_state_is_one_word(container: dict[str, Any], health: str) -> None:
    world = World()
    id = world.serve(APP, "r1")
    revision, _, name = id.partition("/")
    world.copies[revision] = [copy(name, **container)]
    found = looking_at(world).replica(id)
    assert (found.health, found.in_rotation) == (health, False)


def test_a_container_that_began_again_is_another_start() -> None:
    world = World()
    id = world.serve(APP, "r1")
    before = looking_at(world).replica(id).started_at
    world.copies[f"{APP}--r1"][0]["properties"]["containers"][0]["restartCount"] = 1
    after = looking_at(world).replica(id)
    assert after.restarts == 1
    assert after.started_at != before


def test_a_copy_of_a_trial_is_found_by_its_name_alone() -> None:
    world = World()
    id = world.serve(f"{APP}-trial", "x")
    assert looking_at(world).replica(id).health == "healthy"


def test_a_copy_that_is_gone_is_said_to_be() -> None:
    world = World()
    world.serve(APP, "r1")
    with pytest.raises(LookupError, match="copy r1-9 is gone"):
        looking_at(world).replica(f"{APP}--r1/r1-9")


def test_a_stack_that_is_not_up_has_nothing() -> None:
    seen = looking_at(World())
    assert (seen.replicas(), seen.canaries(), seen.engines()) == ([], [], set())


def test_the_engine_is_the_apps_tag() -> None:
    world = World()
    world.serve(APP, "r1")
    assert looking_at(world).engines() == {"pulumi"}


def test_a_rollout_is_complete_when_enough_copies_serve_and_none_of_before() -> None:
    world = World()
    world.serve(APP, "r1")
    seen = looking_at(world)
    assert not seen.rollout(APP, canary=False).complete
    world.copies[f"{APP}--r1"].append(copy("r1-2"))
    assert seen.rollout(APP, canary=False).complete
    world.serve(APP, "r2", weight=0)
    assert not seen.rollout(APP, canary=False).complete


def test_a_rollout_of_what_sleeps_is_complete_without_a_copy() -> None:
    world = World()
    world.serve(APP, "r1")
    world.copies[f"{APP}--r1"] = []
    dev = looking_at(world, tier="dev", idle_to_zero=True)
    assert dev.rollout(APP, canary=False) == Progress(
        complete=True, counts=(0, 0, 1), asleep=True
    )
    assert not looking_at(world).rollout(APP, canary=False).complete
    world.serve(APP, "r2", provisioningState="Provisioning")
    assert not dev.rollout(APP, canary=False).complete


def test_a_revision_that_azure_gave_up_fails_its_rollout() -> None:
    world = World()
    world.serve(
        APP, "r1", provisioningState="Failed", provisioningError="no image by that name"
    )
    assert looking_at(world).rollout(APP, canary=False).failure == (
        "no image by that name"
    )


def test_an_app_that_is_gone_fails_its_rollout() -> None:
    told = looking_at(World()).rollout(APP, canary=False).failure
    assert told == "the app slipway-prod runs no model"


def test_a_canary_is_seen_beside_one_that_has_no_share_any_more() -> None:
    world = World()
    world.serve(APP, "r1", weight=90)
    world.serve(APP, "r2", weight=0, role="canary")
    world.serve(APP, "r3", weight=10, role="canary", digest=OTHER)
    assert looking_at(world).rollout(APP, canary=True).complete


def test_the_example_is_read_from_the_copys_stream() -> None:
    world = World()
    id = world.serve(APP, "r1")
    line = json.dumps({"TimeStamp": "now", "Log": f"F {json.dumps(EXAMPLE)}"})
    answer = looking_at(world, "Connecting to the container x", line).replay(id)
    assert (answer["status"], answer["got"]) == (200, {"a": 1})
    (address, headers) = next((u, h) for m, u, h in world.asked if "logstream" in u)
    assert headers["authorization"] == f"Bearer of {APP}"
    assert "follow=false" in address


def test_an_example_that_is_never_told_is_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The package's own `observer` is the class.
    module = import_module("stacks.observe.azure.observer")
    monkeypatch.setattr(module, "_TOLD_S", 0)
    world = World()
    id = world.serve(APP, "r1")
    answer = looking_at(world, "listening").replay(id)
    assert answer["status"] == 0


def test_what_a_copy_counted_is_asked_of_the_workspace() -> None:
    world = World()
    id = world.serve(APP, "r1")
    minute = {"event": "minute", "requests": 7, "errors": 2, "took": {"0": 7}}
    page = looking_at(world, rows=[json.dumps(minute)] * 2).metrics(id)
    assert 'slipway_requests_total{route="predict",code="500"} 4' in page
    query = next(text for kind, _, text in world.asked if kind == "query")
    assert f'ContainerGroupName_s == "{APP}--r1-1"' in query


def asked_of_a_log(status: int, said: str) -> str:
    """What a copy counted, where the workspace answers this."""
    world, found = World(), settings()
    assert isinstance(found.platform, AzurePlatform)
    error = {"error": {"innererror": {"message": said}}}
    answering = httpx.MockTransport(lambda _: httpx.Response(status, json=error))
    client = world.client(found.platform)
    id = world.serve(APP, "r1")
    return AzureObserver("prod", found, client, answering).metrics(id)


@pytest.mark.parametrize(
    "said",
    [
        "'where' operator: Failed to resolve table or column expression named 'X_CL'",
        "Failed to resolve column or scalar expression named 'ContainerGroupName_s'",
    ],
)
def test_a_log_that_is_not_there_yet_has_no_lines(said: str) -> None:
    """The table comes with the first line of all, which takes minutes."""
    assert 'route="predict",code="500"} 0' in asked_of_a_log(400, said)


def test_a_workspace_that_refuses_says_what_is_needed() -> None:
    with pytest.raises(CloudError, match=r"\(403\); .* Log Analytics Reader"):
        asked_of_a_log(403, "no")
    with pytest.raises(CloudError, match=r"slipway-prod does not answer \(400\)$"):
        asked_of_a_log(400, "a syntax error")


def test_the_last_words_are_azures_and_the_copys() -> None:
    world = World()
    id = world.serve(APP, "r1")
    world.copies[f"{APP}--r1"] = [
        copy(f"{APP}--r1-1", runningState="Terminated", runningStateDetails="exit 137")
    ]
    error = json.dumps({"level": "error", "event": "x", "error": "no memory"})
    assert looking_at(world, error).last_words(id) == "exit 137: no memory"


def test_a_log_is_followed_line_by_line() -> None:
    world = World()
    id = world.serve(APP, "r1")
    said = looking_at(world, "one", '{"Log": "two"}').logs(id, follow=True)
    assert list(said) == ["one\n", "two\n"]


def test_credentials_that_do_not_reach_the_subscription_are_an_obstacle() -> None:
    world = World(subscription=None)
    told = looking_at(world).obstacle() or ""
    assert f"do not reach slipway:platform.subscription {OURS} (403)" in told


def test_a_subscription_of_another_tenant_is_an_obstacle() -> None:
    other = "33333333-3333-3333-3333-333333333333"
    told = looking_at(World(), tenant=other).obstacle() or ""
    assert "is of tenant t" in told


def test_credentials_that_reach_it_are_none() -> None:
    assert looking_at(World()).obstacle() is None


def test_what_a_cloud_cannot_do_is_said() -> None:
    world = World()
    id = world.serve(APP, "r1")
    seen = looking_at(world)
    with pytest.raises(CloudError, match="shows no file"):
        seen.manifest(id)
    with pytest.raises(CloudError, match="on port 9090"):
        seen.forwarded(id, 9090)


def test_a_stream_that_refuses_is_one_sentence() -> None:
    world = World()
    id = world.serve(APP, "r1")
    found = settings()
    assert isinstance(found.platform, AzurePlatform)
    refusing = httpx.MockTransport(lambda _: httpx.Response(401))
    seen = AzureObserver("prod", found, world.client(found.platform), refusing)
    with pytest.raises(CloudError, match=r"cannot be read \(401\)"):
        list(seen.logs(id))


def test_what_is_fired_goes_by_the_alerts_names() -> None:
    world = World()
    world.alerts[GROUP] = [
        alert(f"{APP}-errors"),
        alert(f"{APP.upper()}-Latency", group=GROUP.upper()),
        alert(f"{APP}-down", "Resolved"),
        alert(f"{APP}-2-memory"),
        alert(f"{APP}-memory", group="another"),
        alert("another-drift"),
        {"monitorCondition": "Fired"},
    ]

    assert looking_at(world).firing() == {"errors", "latency"}
    (url,) = world.urls
    assert "timeRange=30d" in url


def test_what_a_workspace_elsewhere_says_is_fired_in_its_group() -> None:
    world = World()
    world.alerts = {GROUP: [alert(f"{APP}-memory")], "logs": [alert(f"{APP}-errors")]}
    there = f"/subscriptions/{OURS}/resourceGroups/logs/providers"
    environment = {
        "kind": "given",
        "id": f"{there}/Microsoft.App/managedEnvironments/all",
        "workspace": f"{there}/Microsoft.OperationalInsights/workspaces/all",
    }

    seen = looking_at(world, environment=environment)

    assert seen.firing() == {"memory", "errors"}
