"""Looks at the pods of one stack."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from stacks.settings.cluster import Cluster
from stacks.settings.cluster_error import ClusterError
from stacks.settings.kubernetes import CONTAINER
from stacks.settings.stack import StackSettings

from .. import inside
from ..replica import Changes, Progress, Replica, Resource
from . import changes, pods, progress
from .obstacles import obstacles
from .reasons import starved, why

_KILLED = 137


class KubernetesObserver:
    """Finds pods by their labels; needs nothing that Pulumi remembers."""

    def __init__(self, stack: str, settings: StackSettings) -> None:
        platform = settings.platform
        if platform.kind != "kubernetes":
            raise ValueError(f"{stack} does not run in a cluster")
        self._stack = stack
        self._settings = settings
        self._cluster = Cluster(platform)
        self.start_s = float(platform.start_s)
        self._least = platform.autoscale.min if platform.autoscale else None

    def obstacle(self) -> str | None:
        """The cluster, its namespace or one's rights in it stand in the way."""
        return next(obstacles(self._stack, self._settings, self._cluster), None)

    def engines(self) -> set[str]:
        """By the label that every object of a stack carries."""
        found = self._cluster.list(self._cluster.path("deployments"), self._labels())
        return {one["metadata"]["labels"]["slipway.engine"] for one in found}

    def replicas(self) -> list[Replica]:
        """Every pod of the stack's release, newest first."""
        return [pods.replica(one) for one in self._found("model")]

    def canaries(self) -> list[Replica]:
        """Every pod of a canary, with the share of all that such pods are."""
        found = self._found("canary")
        mine = sum(map(pods.in_rotation, found))
        if not found:
            return []
        others = sum(map(pods.in_rotation, self._found("model")))
        share = round(100 * mine / (mine + others)) if mine else 0
        return [pods.replica(one, share) for one in found]

    def replica(self, id: str) -> Replica:
        """One pod, in traffic or not."""
        return pods.replica(self._pod(id))

    def rollout(self, name: str, *, canary: bool) -> Progress:
        """Of a Deployment; what keeps it from its end is told by its newest pod."""
        role = "canary" if canary else "model"
        deployment = self._cluster.get(self._cluster.path("deployments", name))
        if deployment is None:
            return Progress(complete=False, failure=f"the Deployment {name} is gone")
        counts = progress.counts(deployment)
        if progress.is_complete(deployment, None if canary else self._least):
            return Progress(complete=True, counts=counts)
        refusal = progress.refused(deployment)
        # While others leave, a quota may have room again.
        if refusal and not any(map(pods.is_leaving, self._all(role))):
            refusal = f"no pod is made: {refusal}"
            return Progress(complete=False, failure=refusal, counts=counts)
        if progress.is_late(deployment):
            failure = refusal or self._unready(role)
            return Progress(complete=False, failure=failure, counts=counts)
        return Progress(complete=False, counts=counts)

    def stalled(self, canary: bool) -> str:
        """Why the copies that the platform replaces do not come to be."""
        return self._unready("canary" if canary else "model")

    def firing(self) -> set[str]:
        """Prometheus raises them."""
        return set()

    def changed_by_hand(self, declared: Sequence[Resource]) -> Changes:
        """Every declared object but Secrets, and who set what nobody declares."""
        labels = {"slipway.stack": self._stack}
        return changes.changed_by_hand(self._cluster, labels, declared)

    def replay(self, id: str) -> dict[str, Any]:
        """Asked in the pod itself, so that no network policy need know of it."""
        code, text = self._cluster.run(id, CONTAINER, inside.REPLAY)
        if code == 0:
            return json.loads(text)
        # Whoever asks in the pod lives on the pod's memory.
        said = [starved(self._pod(id))] if code == _KILLED else text.splitlines()[-1:]
        return {"status": 0, "expected": None, "got": said}

    def metrics(self, id: str) -> str:
        """Asked each second while a release is watched, so not by a command in it."""
        try:
            return self._cluster.page(id, inside.PRIVATE_PORT, "/metrics")
        except ClusterError as error:
            raise LookupError(f"pod {id} tells no metrics: {error}") from None

    def manifest(self, id: str) -> bytes:
        """The manifest of the model in it."""
        code, text = self._cluster.run(id, CONTAINER, inside.MANIFEST)
        if code != 0:
            raise LookupError(f"pod {id} shows no manifest: {text[-200:]}")
        return text.encode()

    def last_words(self, id: str) -> str:
        """Why the pod is not what it should be."""
        pod = self._pod(id)
        selected = f"involvedObject.name={id}"
        path = self._cluster.path("events")
        events = self._cluster.list(path, fieldSelector=selected)
        return why(pod, events, self._tail(id))

    def logs(self, id: str, *, follow: bool = False) -> Iterator[str]:
        """The pod's log."""
        for line in self._cluster.log(id, CONTAINER, follow=follow):
            yield f"{line}\n"

    def forwarded(self, id: str, port: int) -> AbstractAsyncContextManager[int]:
        """Through the API server, which reaches every pod."""
        return self._cluster.forwarded(id, port)

    def _unready(self, role: str) -> str:
        unready = [one for one in self._found(role) if pods.health(one) != "healthy"]
        if not unready:
            return "its pods are not ready in time"
        name = unready[0]["metadata"]["name"]
        return f"{name} is not ready in time: {self.last_words(name)}"

    def _tail(self, id: str) -> list[str]:
        """The last lines of its last life that has any; none where it never began."""
        for previous in (False, True):
            try:
                lines = self._cluster.log(id, CONTAINER, previous=previous, tail=50)
                if said := list(lines):
                    return said
            except ClusterError:
                continue
        return []

    def _found(self, role: str) -> list[Mapping[str, Any]]:
        """Newest first, without those on their way out."""
        here = [one for one in self._all(role) if not pods.is_leaving(one)]
        here.sort(key=lambda one: one["metadata"]["creationTimestamp"], reverse=True)
        return here

    def _all(self, role: str) -> list[Mapping[str, Any]]:
        labels = self._labels() | {"slipway.role": role}
        return list(self._cluster.list(self._cluster.path("pods"), labels))

    def _pod(self, id: str) -> Mapping[str, Any]:
        pod = self._cluster.get(self._cluster.path("pods", id))
        if pod is None:
            raise LookupError(f"pod {id} is gone")
        return pod

    def _labels(self) -> dict[str, str]:
        image = self._settings.image
        own = {"slipway.stack": self._stack}
        return own | {"slipway.model": image.name} if image else own
