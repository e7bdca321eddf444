"""Why a pod is not what it should be: one sentence for each way to fail."""

from typing import Any

import pytest

from stacks.observe.kubernetes import pods, reasons
from stacks.observe.kubernetes.progress import is_complete, is_late, refused

IMAGE = "registry.example.com/wine@sha256:00"
RUNNING = {"running": {"startedAt": "2026-11-29T01:00:00Z"}}
_SPEC = {
    "containers": [
        {"name": "mesh", "image": "mesh"},
        {
            "name": "model",
            "image": IMAGE,
            "resources": {"limits": {"memory": "40Mi"}},
        },
    ]
}


def pod(state: dict[str, Any], **status: Any) -> dict[str, Any]:
    """A pod whose model is in this state, beside a container of a mesh."""
    container = {"name": "model", "state": state, "restartCount": 0}
    container |= status.pop("container", {})
    mesh = {"name": "mesh", "state": RUNNING, "imageID": "mesh@sha256:11"}
    return {
        "metadata": {"name": "wine-1", "labels": {}},
        "spec": _SPEC,
        "status": {"containerStatuses": [mesh, container], **status},
    }


def waiting(reason: str, message: str = "") -> dict[str, Any]:
    return pod({"waiting": {"reason": reason, "message": message}})


_PULL = f'failed to pull and unpack image "{IMAGE}": failed to resolve reference '


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (
            waiting("ErrImagePull", f'{_PULL}"{IMAGE}": {IMAGE}: not found'),
            f"the image {IMAGE} cannot be pulled: not found",
        ),
        (
            pod({"terminated": {"reason": "OOMKilled", "exitCode": 137}}),
            "it needs more memory than its 40MiB",
        ),
        (
            pod({"terminated": {"reason": "Error", "exitCode": 3}}),
            "its container ended with 3: a bad port",
        ),
        (
            pod(RUNNING, container={"lastState": {"terminated": {"exitCode": 9}}}),
            "its container ended with 9: a bad port",
        ),
        (
            waiting("CreateContainerConfigError", 'secret "wine-secrets" not found'),
            'its container cannot be made: secret "wine-secrets" not found',
        ),
        (
            {
                **pod({}),
                "status": {
                    "conditions": [
                        {
                            "type": "PodScheduled",
                            "reason": "Unschedulable",
                            "message": "0/3 nodes are available",
                        }
                    ]
                },
            },
            "no node takes it: 0/3 nodes are available",
        ),
    ],
)
def test_what_is_wrong_is_told(found: dict[str, Any], says: str) -> None:
    log = ['{"level": "error", "error": "a bad port"}', "and so on"]
    assert reasons.why(found, [], log) == says


def test_the_answer_that_a_probe_got_is_told() -> None:
    events = [
        {"reason": "Unhealthy", "message": "got 503", "lastTimestamp": "2"},
        {"reason": "Unhealthy", "message": "got 404", "lastTimestamp": "1"},
        {"reason": "Pulled", "message": "pulled", "lastTimestamp": "3"},
    ]
    assert reasons.why(pod(RUNNING), events, ["log"]) == "got 503"


@pytest.mark.parametrize(
    ("message", "hopeless"),
    [
        (f'{_PULL}"{IMAGE}": {IMAGE}: not found', True),
        (f'{_PULL}"{IMAGE}": 401 unauthorized', True),
        (f'{_PULL}"{IMAGE}": dial tcp: i/o timeout', False),
    ],
)
def test_only_what_will_not_pass_by_itself_is_waited_for_no_longer(
    message: str, hopeless: bool
) -> None:
    found = waiting("ImagePullBackOff", message)
    assert (reasons.blocked(found) is not None) is hopeless
    assert pods.health(found) == ("blocked" if hopeless else "waiting")


def _condition(status: str, at: str) -> dict[str, Any]:
    return {"type": "Ready", "status": status, "lastTransitionTime": at}


@pytest.mark.parametrize(
    ("found", "health"),
    [
        (pod({}), "waiting"),
        (pod(RUNNING, container={"started": False}), "starting"),
        (
            pod(
                RUNNING,
                conditions=[_condition("True", "2026-11-29T01:00:05Z")],
            ),
            "healthy",
        ),
        (
            pod(
                RUNNING,
                container={"started": True},
                conditions=[_condition("False", "2026-11-29T00:59:59Z")],
            ),
            "starting",
        ),
        (
            pod(
                RUNNING,
                container={"started": True},
                conditions=[_condition("False", "2026-11-29T01:00:09Z")],
            ),
            "unhealthy",
        ),
        (pod({"terminated": {"exitCode": 1}}), "stopped"),
        (
            pod(
                {"waiting": {"reason": "CrashLoopBackOff"}},
                container={"lastState": {"terminated": {"exitCode": 1}}},
            ),
            "restarting",
        ),
    ],
)
def test_health_in_one_word(found: dict[str, Any], health: str) -> None:
    assert pods.health(found) == health


def deployment(generation: int = 2, **status: Any) -> dict[str, Any]:
    return {
        "metadata": {"generation": generation},
        "spec": {"replicas": 2},
        "status": {"observedGeneration": 2, **status},
    }


_DONE = {"replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}


@pytest.mark.parametrize(
    ("found", "complete"),
    [
        (deployment(**_DONE), True),
        (deployment(generation=3, **_DONE), False),
        (deployment(**{**_DONE, "replicas": 3}), False),
        (deployment(**{**_DONE, "availableReplicas": 1}), False),
        (deployment(**{**_DONE, "updatedReplicas": 1}), False),
    ],
)
def test_a_rollout_is_over_when_only_new_pods_are_there_and_ready(
    found: dict[str, Any], complete: bool
) -> None:
    assert is_complete(found) is complete


def test_an_autoscalers_least_is_enough() -> None:
    more = deployment(**{**_DONE, "availableReplicas": 1})
    assert is_complete(more, least=1)
    assert not is_complete(deployment(**{**_DONE, "updatedReplicas": 1}), least=1)


@pytest.mark.parametrize(
    ("image_id", "digest"),
    [
        ("", ""),
        ("registry.example.com/wine@sha256:00", "sha256:00"),
        ("registry.example.com/wine@sha256:22", "sha256:00"),
    ],
    ids=["nothing runs yet", "as asked", "by another of its digests"],
)
def test_what_is_pinned_and_runs_is_what_was_asked_for(
    image_id: str, digest: str
) -> None:
    found = pod(RUNNING, container={"imageID": image_id})
    assert pods.digest(found) == digest


def test_what_a_deployment_says_of_pods_of_before_counts_no_more() -> None:
    late = {"type": "Progressing", "reason": "ProgressDeadlineExceeded"}
    failure = {
        "type": "ReplicaFailure",
        "status": "True",
        "message": 'pods "wine-1" is forbidden: exceeded quota: full',
    }
    assert is_late(deployment(conditions=[late]))
    assert not is_late(deployment(generation=3, conditions=[late]))
    assert refused(deployment(conditions=[failure])) == "exceeded quota: full"
    assert refused(deployment(generation=3, conditions=[failure])) is None
