"""What is seen of a stack in Cloud Run."""

from datetime import datetime
from typing import Any

import pytest

from stacks.observe.gcp import revisions
from stacks.observe.gcp.observer import GcpObserver
from stacks.settings.cloud_error import CloudError
from stacks.settings.stack import StackSettings

from .conftest import (
    CANARY,
    DIGEST,
    GONE,
    SERVICE,
    SETTINGS,
    STABLE,
    Seen,
    revision,
    service,
)


def _condition(message: str) -> dict[str, Any]:
    found = {"type": "Ready", "state": "CONDITION_FAILED", "message": message}
    return {"conditions": [found]}


def test_a_revision_in_traffic_is_a_copy_with_all_that_it_was_told(seen: Seen) -> None:
    observer, http = seen(service(), revision())

    (one,) = observer.replicas()

    assert one.id == f"{SERVICE}/revisions/{STABLE}"
    assert one.name == STABLE
    assert (one.stack, one.model, one.version) == ("prod", "wine", "1.4.2-r2")
    assert (one.deployment, one.attempt) == ("68af1cbf592d", 2)
    assert (one.digest, one.health, one.in_rotation) == (DIGEST, "healthy", True)
    assert one.created == datetime.fromisoformat("2026-11-29T01:00:00Z").timestamp()
    assert one.weight is None
    assert len(http.request_sequence) == 2


def test_nothing_is_seen_where_there_is_no_service(seen: Seen) -> None:
    observer, _ = seen(GONE, GONE, GONE)
    assert observer.replicas() == observer.canaries() == []
    assert observer.engines() == set()


def test_what_was_made_last_is_a_copy_too_though_nobody_reaches_it(seen: Seen) -> None:
    newest = f"{SERVICE}/revisions/{CANARY}"
    later = revision(CANARY, "FAILED", createTime="2026-11-29T02:00:00Z")
    observer, _ = seen(service(latestCreatedRevision=newest), revision(), later)

    first, second = observer.replicas()

    assert (first.id, first.health, first.in_rotation) == (newest, "blocked", False)
    assert (second.name, second.in_rotation) == (STABLE, True)


def test_a_canary_is_told_from_the_release_by_the_service(seen: Seen) -> None:
    labels = {"slipway-engine": "pulumi", "slipway-canary": CANARY}
    split = service({STABLE: 90, CANARY: 10}, labels=labels)
    observer, _ = seen(split, revision(), split, revision(CANARY))

    (stable,) = observer.replicas()
    (canary,) = observer.canaries()

    assert (stable.name, stable.weight) == (STABLE, None)
    assert (canary.name, canary.weight, canary.in_rotation) == (CANARY, 10, True)


def test_the_engine_is_on_the_service(seen: Seen) -> None:
    observer, _ = seen(service())
    assert observer.engines() == {"pulumi"}


@pytest.mark.parametrize(
    ("state", "health"),
    [
        ("SUCCEEDED", "healthy"),
        ("FAILED", "blocked"),
        ("PENDING", "waiting"),
        ("RECONCILING", "waiting"),
    ],
)
def test_health_is_that_of_the_revision_and_not_of_its_parts(
    state: str, health: str, seen: Seen
) -> None:
    observer, _ = seen(revision(state=state))
    assert observer.replica(f"{SERVICE}/revisions/{STABLE}").health == health


def test_a_revision_that_is_gone_is_said_to_be(seen: Seen) -> None:
    observer, _ = seen(GONE)
    with pytest.raises(LookupError, match=f"revision {STABLE} is gone"):
        observer.replica(f"{SERVICE}/revisions/{STABLE}")


@pytest.mark.parametrize(
    ("more", "digest"),
    [
        ({}, DIGEST),
        ({"containerStatuses": [{"imageDigest": "host/wine@sha256:11"}]}, "sha256:11"),
        ({"containers": [{"image": "host/wine:1.4.2"}]}, ""),
        (
            {
                "containers": [{"image": "host/wine:1.4.2"}],
                "containerStatuses": [{"imageDigest": "sha256:22"}],
            },
            "sha256:22",
        ),
    ],
    ids=["as asked", "as found", "nothing but a tag", "a tag that was looked up"],
)
def test_the_digest_is_that_of_what_runs(more: dict[str, Any], digest: str) -> None:
    assert revisions.digest(revision(**more)) == digest


def test_a_rollout_is_over_when_requests_are_where_they_are_to_be(seen: Seen) -> None:
    observer, _ = seen(service())
    progress = observer.rollout("wine", canary=False)
    assert progress.complete
    assert progress.failure is None


@pytest.mark.parametrize(
    "more",
    [
        {"reconciling": True},
        {"generation": "4"},
        {"trafficStatuses": [{"revision": CANARY, "percent": 100}]},
    ],
    ids=["at work", "not looked at yet", "requests elsewhere"],
)
def test_until_then_it_is_not(more: dict[str, Any], seen: Seen) -> None:
    observer, _ = seen(service(**more))
    progress = observer.rollout("wine", canary=False)
    assert not progress.complete
    assert progress.failure is None


def test_a_rollout_that_failed_says_why(seen: Seen) -> None:
    broken = service(
        latestCreatedRevision=f"{SERVICE}/revisions/{CANARY}",
        terminalCondition={"state": "CONDITION_FAILED", "message": "no"},
    )
    entries = {"entries": [_entry({"level": "error", "error": "no model.json"})]}
    message = "The user-provided container failed to start.\nLogs: https://x"
    failed = revision(CANARY, **_condition(message))
    observer, _ = seen(broken, broken, failed, entries)

    progress = observer.rollout("wine", canary=False)

    assert progress.failure == (
        "The user-provided container failed to start: no model.json"
    )


def test_a_service_that_is_gone_fails(seen: Seen) -> None:
    observer, _ = seen(GONE)
    assert observer.rollout("wine", canary=False).failure == (
        "the service wine is gone"
    )


def test_the_last_words_are_of_cloud_run_and_of_the_log(seen: Seen) -> None:
    lines = {"entries": [_entry({"level": "info", "event": "ready"})]}
    observer, _ = seen(revision(), lines)
    said = observer.last_words(f"{SERVICE}/revisions/{STABLE}")
    assert '"event": "ready"' in said


def test_an_obstacle_is_one_sentence(seen: Seen) -> None:
    observer, _ = seen((403, {"error": {"message": "denied"}}), {"services": []})
    assert observer.obstacle() == "project shop-prod cannot be used: denied"
    assert observer.obstacle() is None


def _alert(name: str, state: str = "OPEN") -> dict[str, Any]:
    return {"state": state, "policy": {"displayName": name}}


def test_alerts_that_are_raised_are_the_services_own(seen: Seen) -> None:
    first = {
        "alerts": [
            _alert("slipway-prod: drift"),
            _alert("slipway-prod: errors", "CLOSED"),
            _alert("slipway-staging: down"),
        ],
        "nextPageToken": "more",
    }
    observer, http = seen(first, {"alerts": [_alert("slipway-prod: latency")]})

    assert observer.firing() == {"drift", "latency"}
    assert "pageToken=more" in http.request_sequence[1][0]


def test_whether_alerts_are_raised_may_not_be_unknown(seen: Seen) -> None:
    observer, _ = seen((403, {"error": {"message": "denied"}}))
    with pytest.raises(CloudError, match="which alerts are raised: denied"):
        observer.firing()


def test_what_cannot_be_had_is_said_so(seen: Seen) -> None:
    observer, _ = seen()
    with pytest.raises(CloudError, match="registry has it"):
        observer.manifest("x")
    with pytest.raises(CloudError, match="9090"):
        observer.forwarded("x", 9090)


def test_a_stack_of_another_platform_is_refused() -> None:
    local = {**SETTINGS, "slipway:platform": {"kind": "local", "port": 8001}}
    settings = StackSettings.parse("prod", local)
    with pytest.raises(ValueError, match="prod does not run in Google Cloud"):
        GcpObserver("prod", settings)


def _entry(payload: dict[str, Any]) -> dict[str, Any]:
    return {
        "insertId": "1",
        "timestamp": "2026-11-29T01:00:05Z",
        "jsonPayload": payload,
    }
