"""What a change of a container app must show, against the real SDK."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from components.azure import proof as proofs
from components.azure.body import body
from components.azure.proof import AppProof
from components.platform import Rollout, Rotation
from stacks.settings.azure import LABELS, AzurePlatform
from stacks.settings.cloud_error import CloudError
from tests.stacks.observe.azure.world import GROUP, OURS, World

APP = "slipway-prod"
PLATFORM = AzurePlatform(
    kind="azure", subscription=OURS, location="westeurope", resource_group=GROUP
)
IDENTITY = "/subscriptions/x/identity"


@dataclass
class Checks:
    """Checks that find everything well, or what they are told to."""

    wrong: Exception | None = None
    labels: dict[str, str] = field(default_factory=lambda: {"slipway.deployment": "d1"})
    tried: list[str] = field(default_factory=list)
    confirmed: list[Rollout] = field(default_factory=list)

    def verify(self, replica: str, rotation: Rotation) -> None:
        raise AssertionError("Azure itself puts copies into rotation")

    def try_out(self, start: Callable[[], str]) -> None:
        self.tried.append(start())
        if self.wrong:
            raise self.wrong

    def confirm(self, rollout: Rollout) -> None:
        self.confirmed.append(rollout)


def app(
    image: str = "wine@sha256:1", mode: str = "Single", **more: Any
) -> dict[str, Any]:
    """An app as a hook is told of it."""
    traffic = more.pop("traffic", [{"latestRevision": True, "weight": 100.0}])
    return {
        "containerAppName": APP,
        "resourceGroupName": GROUP,
        "location": "westeurope",
        "environmentId": "/e",
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [IDENTITY]},
        "configuration": {
            "activeRevisionsMode": mode,
            "ingress": {"targetPort": 8080.0, "traffic": traffic},
        },
        "template": {
            "containers": [{"name": "model", "image": image}],
            "scale": {"minReplicas": 2.0, "maxReplicas": 2.0},
            **more,
        },
    }


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    found = World()
    monkeypatch.setattr(proofs, "AzureSubscription", found.client)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    return found


def puts(world: World) -> list[tuple[str, Any]]:
    return [
        (path.rpartition("/")[2], body)
        for method, path, body in world.asked
        if method == "PUT"
    ]


def test_a_release_is_tried_out_beside_the_service_and_out_of_reach(
    world: World,
) -> None:
    checks = Checks()
    AppProof(platform=PLATFORM, main=checks).before(None, app())
    ((name, asked),) = puts(world)
    assert name == f"{APP}-trial"
    assert checks.tried == [f"{APP}-trial--r0/{APP}-trial--r0-1"]
    assert "ingress" not in asked["properties"]["configuration"]
    assert asked["properties"]["template"]["scale"] == {
        "minReplicas": 1,
        "maxReplicas": 1,
    }
    assert asked["identity"]["userAssignedIdentities"] == {IDENTITY: {}}
    assert world.apps == {}


def test_what_was_tried_out_goes_whatever_was_found(world: World) -> None:
    checks = Checks(wrong=ValueError("its example is answered wrongly"))
    with pytest.raises(ValueError, match="answered wrongly"):
        AppProof(platform=PLATFORM, main=checks).before(None, app())
    assert world.apps == {}


def test_another_number_of_the_same_copies_is_not_tried_out(world: World) -> None:
    checks = Checks()
    proof = AppProof(platform=PLATFORM, main=checks)
    more = app()
    more["template"]["scale"] = {"minReplicas": 3.0, "maxReplicas": 3.0}
    proof.before(app(), more)
    proof.after()
    assert (checks.tried, checks.confirmed[0].changed) == ([], False)


def test_a_role_that_is_not_known_yet_is_waited_for(world: World) -> None:
    world.refusals = ["UNAUTHORIZED: authentication required"] * 3
    checks = Checks()
    AppProof(platform=PLATFORM, main=checks).before(None, app())
    assert len(checks.tried) == 1
    assert len(puts(world)) == 4


def test_any_other_refusal_is_told_at_once(world: World) -> None:
    world.refusals = ["The memory of a container is out of range"]
    with pytest.raises(CloudError, match="memory of a container is out of range"):
        AppProof(platform=PLATFORM, main=Checks()).before(None, app())
    assert len(puts(world)) == 1


def test_a_trial_of_a_run_that_was_killed_goes_first(world: World) -> None:
    world.serve(f"{APP}-trial", "old")
    checks = Checks()
    AppProof(platform=PLATFORM, main=checks).before(None, app())
    assert checks.tried == [f"{APP}-trial--r0/{APP}-trial--r0-1"]


def test_undoing_a_release_asks_for_what_was_there_before(world: World) -> None:
    checks = Checks()
    proof = AppProof(platform=PLATFORM, main=checks)
    proof.before(app("wine@sha256:1"), app("wine@sha256:2"))
    proof.after()
    (rollout,) = checks.confirmed
    assert (rollout.canary, rollout.changed) == (False, True)
    rollout.undo()
    name, asked = puts(world)[-1]
    assert name == APP
    (container,) = asked["properties"]["template"]["containers"]
    assert container["image"] == "wine@sha256:1"
    assert asked["properties"]["configuration"]["ingress"]["targetPort"] == 8080


def released(image: str, deployment: str) -> dict[str, Any]:
    """An app that says which deployment it is, as Slipway's do."""
    found = app(image)
    told = {"slipway.deployment": deployment, "slipway.attempt": "1"}
    found["template"]["containers"][0]["env"] = [
        {"name": LABELS, "value": json.dumps(told)}
    ]
    return found


def updated(world: World, old: dict[str, Any], new: dict[str, Any]) -> Rollout:
    """Bring the app to what is `new`, as an engine does; its rollout."""
    checks = Checks()
    proof = AppProof(platform=PLATFORM, main=checks)
    proof.before(old, new)
    world.put(APP, body(new))
    proof.after()
    assert len(checks.tried) == 1
    return checks.confirmed[0]


def test_undoing_a_second_failure_goes_back_to_what_served(world: World) -> None:
    """The engine remembers what failed first, and its hooks are told no better."""
    good, bad, worse = (
        released(f"wine@sha256:{number}", f"d{number}") for number in (1, 2, 3)
    )
    world.put(APP, body(good))
    updated(world, good, bad).undo()

    updated(world, bad, worse).undo()

    _, asked = puts(world)[-1]
    (container,) = asked["properties"]["template"]["containers"]
    assert container["image"] == "wine@sha256:1"
    assert asked["properties"]["environmentId"] == "/e"


def test_undoing_a_release_after_a_canary_leaves_the_canary_out(world: World) -> None:
    """The engine remembers the canary's shares, which it has lost."""
    main = world.serve(APP, "r1").partition("/")[0]
    world.serve(APP, "r2", role="canary", deployment="d2", weight=0)
    alone = [{"revisionName": main, "weight": 100}]
    live = canary(main)["configuration"]
    live["ingress"]["traffic"] = alone
    world.apps[APP]["properties"]["configuration"] = live

    updated(world, canary(main), released("wine@sha256:3", "d3")).undo()

    _, asked = puts(world)[-1]
    configuration = asked["properties"]["configuration"]
    assert configuration["activeRevisionsMode"] == "Multiple"
    assert configuration["ingress"]["traffic"] == alone
    assert world.revisions[APP][0]["properties"]["active"]


def test_a_new_app_runs_on_for_inspection(world: World) -> None:
    checks = Checks()
    proof = AppProof(platform=PLATFORM, main=checks)
    proof.before(None, app())
    proof.after()
    world.asked.clear()
    checks.confirmed[0].undo()
    assert world.asked == []


def canary(main: str, weight: int = 10) -> dict[str, Any]:
    traffic = [
        {"revisionName": main, "weight": 100 - weight},
        {"latestRevision": True, "weight": weight},
    ]
    return app("wine@sha256:2", "Multiple", traffic=traffic)


def test_a_canary_is_tried_out_and_seen_as_one(world: World) -> None:
    world.serve(APP, "r1")
    main, other = Checks(), Checks(labels={"slipway.deployment": "d2"})
    proof = AppProof(platform=PLATFORM, main=main, canary=other)
    proof.before(app(), canary(f"{APP}--r1"))
    proof.after()
    assert (main.tried, len(other.tried)) == ([], 1)
    assert other.confirmed[0].canary
    assert not main.confirmed[0].changed


def test_a_canary_runs_beside_what_serves_and_nothing_else(world: World) -> None:
    world.serve(APP, "r1", deployment="another")
    proof = AppProof(platform=PLATFORM, main=Checks(), canary=Checks())
    with pytest.raises(CloudError, match="up without its canary first"):
        proof.before(app(), canary(f"{APP}--r1"))
    assert puts(world) == []


def test_undoing_a_canary_takes_its_share_and_moves_nothing(world: World) -> None:
    world.serve(APP, "r1")
    other = Checks(labels={"slipway.deployment": "d2"})
    proof = AppProof(platform=PLATFORM, main=Checks(), canary=other)
    proof.before(app(), canary(f"{APP}--r1"))
    proof.after()
    world.apps[APP]["properties"]["configuration"] = canary(f"{APP}--r1")[
        "configuration"
    ]
    other.confirmed[0].undo()
    (asked,) = (told for method, _, told in world.asked if method == "PATCH")
    assert asked["properties"]["configuration"]["ingress"]["traffic"] == [
        {"revisionName": f"{APP}--r1", "weight": 100}
    ]
    assert "template" not in asked["properties"]


def test_a_canary_that_failed_runs_on_for_nobody(world: World) -> None:
    """Azure would give the newest that is ready the requests of a single revision."""
    world.serve(APP, "r1")
    other = Checks(labels={"slipway.deployment": "d2"})
    proof = AppProof(platform=PLATFORM, main=Checks(), canary=other)
    proof.before(app(), canary(f"{APP}--r1"))
    proof.after()
    world.serve(APP, "r2", role="canary", weight=10)
    world.apps[APP]["properties"]["configuration"] = canary(f"{APP}--r1")[
        "configuration"
    ]

    other.confirmed[0].undo()

    active = [one["properties"]["active"] for one in world.revisions[APP]]
    assert active == [True, False]


def test_undoing_a_promotion_wakes_what_had_the_requests(world: World) -> None:
    world.serve(APP, "r1", active=False)
    world.apps[APP]["properties"]["configuration"] = canary(f"{APP}--r1")[
        "configuration"
    ]
    checks = Checks()
    proof = AppProof(platform=PLATFORM, main=checks)
    proof.before(canary(f"{APP}--r1"), app("wine@sha256:3"))
    proof.after()
    checks.confirmed[0].undo()
    assert world.revisions[APP][0]["properties"]["active"]
    _, asked = puts(world)[-1]
    assert asked["properties"]["configuration"]["activeRevisionsMode"] == "Multiple"


def test_earlier_canaries_are_put_to_sleep(world: World) -> None:
    world.serve(APP, "r1")
    world.serve(APP, "r2", role="canary", weight=0)
    world.serve(APP, "r3", role="canary", weight=10)
    world.apps[APP]["properties"]["configuration"] = canary(f"{APP}--r1")[
        "configuration"
    ]
    proof = AppProof(platform=PLATFORM, main=Checks(), canary=Checks())
    proof.before(canary(f"{APP}--r1"), canary(f"{APP}--r1", 25))
    proof.after()
    active = [one["properties"]["active"] for one in world.revisions[APP]]
    assert active == [True, False, True]
