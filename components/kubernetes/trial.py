"""One pod of a new release, proven before callers reach any of its kind."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from stacks.settings.cluster import Cluster


class Trial:
    """
    A pod that is what a Deployment is about to make, but for what gives it traffic.

    It is not restarted, so a release that ends at once is told at once.
    """

    def __init__(self, cluster: Cluster, name: str, without: Mapping[str, str]) -> None:
        self._cluster = cluster
        self._name = name
        self._without = without

    @contextmanager
    def of(self, template: Mapping[str, Any], lives_s: int) -> Generator[None]:
        """Remove it at the end, and what an earlier run that was killed left of one."""
        self._template, self._lives_s = template, lives_s
        self._remove()
        try:
            yield
        finally:
            self._remove()

    def start(self) -> str:
        """Make the pod; returns its name."""
        metadata = self._template["metadata"]
        labels = {
            key: value
            for key, value in metadata["labels"].items()
            if key not in self._without and key not in ("stack", "role")
        }
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": self._name,
                "labels": {**labels, "slipway.role": "trial"},
            },
            "spec": {
                **self._template["spec"],
                "restartPolicy": "Never",
                "activeDeadlineSeconds": self._lives_s,
            },
        }
        self._cluster.create(self._cluster.path("pods"), pod)
        return self._name

    def _remove(self) -> None:
        """At once, or a quota would count it while the first replica is made."""
        self._cluster.delete(self._cluster.path("pods", self._name), grace_s=0)
