"""Why a pod is not what it should be, in one sentence."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from stacks.settings.kubernetes import CONTAINER

from ..log import errors_in, texts_in

Pod = Mapping[str, Any]
# Of an image that cannot be had as things are; other errors may pass by themselves.
_HOPELESS = re.compile(
    r"not found|manifest unknown|unauthorized|authorization failed|denied|forbidden"
    r"|invalid reference",
    re.IGNORECASE,
)
_PULL = {"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ImageInspectError"}
_NEVER = {"InvalidImageName", "CreateContainerConfigError"}
_CONFIG = {"CreateContainerConfigError", "CreateContainerError", "RunContainerError"}


def blocked(pod: Pod) -> str | None:
    """What keeps a pod from ever running, and will not pass by itself."""
    waiting = state(pod).get("waiting") or {}
    reason, message = waiting.get("reason"), waiting.get("message") or ""
    hopeless = reason in _NEVER or (reason in _PULL and _HOPELESS.search(message))
    return _waiting(pod) if hopeless else None


def why(pod: Pod, events: Iterable[Pod], log: Iterable[str]) -> str:
    """The one thing worth knowing about a pod that does not answer."""
    found = (
        blocked(pod),
        _ended(pod, log),
        _unscheduled(pod),
        _waiting(pod),
        _unanswered(events),
        _last_line(log),
        "it is there and says nothing",
    )
    return next(filter(None, found))


def starved(pod: Pod) -> str:
    """What is said of a pod whose processes the kernel kills."""
    limit = spec_of(pod)["resources"]["limits"]["memory"]
    return f"it needs more memory than its {limit}B"


def state(pod: Pod) -> dict[str, Any]:
    """What the pod's model container does now."""
    return status_of(pod).get("state") or {}


def ended(pod: Pod) -> dict[str, Any]:
    """How the container last came to its end; empty where it never did."""
    container = status_of(pod)
    now = state(pod).get("terminated")
    return now or (container.get("lastState") or {}).get("terminated") or {}


def status_of(pod: Pod) -> dict[str, Any]:
    """Of the model's container, whatever a mesh puts beside it; empty before it is."""
    statuses = pod.get("status", {}).get("containerStatuses") or []
    return next((one for one in statuses if one.get("name") == CONTAINER), {})


def spec_of(pod: Pod) -> dict[str, Any]:
    """Of the model's container."""
    return next(one for one in pod["spec"]["containers"] if one["name"] == CONTAINER)


def _unpulled(pod: Pod, message: str) -> str:
    """The registry's answer is the end of what the container runtime says."""
    image = spec_of(pod)["image"]
    answer = message.rpartition('": ')[2].removeprefix(f"{image}: ")
    return f"the image {image} cannot be pulled: {_line(answer)}"


def _ended(pod: Pod, log: Iterable[str]) -> str | None:
    last = ended(pod)
    if not last:
        status = pod.get("status", {})
        reason = status.get("reason")
        return f"{reason}: {status.get('message', '')}" if reason else None
    if last.get("reason") == "OOMKilled":
        return starved(pod)
    said = _last_line(log) or "it logged nothing"
    code = last.get("exitCode")
    return f"its container ended with {code}: {said}" if code else None


def _unscheduled(pod: Pod) -> str | None:
    for condition in pod.get("status", {}).get("conditions") or []:
        told = condition.get("reason") == "Unschedulable"
        if condition["type"] == "PodScheduled" and told:
            return f"no node takes it: {_line(condition.get('message', ''))}"
    return None


def _waiting(pod: Pod) -> str | None:
    waiting = state(pod).get("waiting") or {}
    reason, message = waiting.get("reason"), waiting.get("message") or ""
    if reason in _PULL:
        return _unpulled(pod, message)
    if reason in _CONFIG:
        return f"its container cannot be made: {_line(message)}"
    return None


def _unanswered(events: Iterable[Pod]) -> str | None:
    """The answer that a probe got, as the kubelet tells it."""
    told = [one for one in events if one.get("reason") == "Unhealthy"]
    told.sort(key=lambda one: one.get("lastTimestamp") or one.get("eventTime") or "")
    return _line(told[-1].get("message", "")) if told else None


def _last_line(log: Iterable[str]) -> str | None:
    """The last error that the server logged, else its last line."""
    lines = list(log)
    return (errors_in(lines) or texts_in(lines) or [None])[-1]


def _line(text: str) -> str:
    """On one line, and not too long for one."""
    return " ".join(text.split())[:400]
