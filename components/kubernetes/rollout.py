"""The way back of a Deployment whose new pods are not what they should be."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stacks.settings.cluster import Cluster, Manifest

_GONE_S = 30
"""The cluster lets go of what it owns first."""


@dataclass(frozen=True, kw_only=True)
class DeploymentRollout:
    """One Deployment, as the checks that follow its rollout need it."""

    cluster: Cluster
    name: str
    canary: bool
    before: Mapping[str, Any] | None
    """What was asked of it before; None where it is new."""
    changed: bool
    """Whether its pods are others than before."""

    def undo(self) -> None:
        """
        Ask of the Deployment what was asked of it before.

        It is said as the engine says it, in its name, so that the engine's next word
        takes away what it no longer says. What is new runs on, for inspection.
        """
        found = self.cluster.get(self._path)
        if found is None or self.before is None or not self.changed:
            return
        self.cluster.apply(self._path, dict(self.before), manager=_manager(found))

    def forget(self, stack: str) -> None:
        """
        Remove the Deployment of a stack whose engine does not know it, and it alone.

        An engine that was killed while it made it would find it there already. Its
        pods run on, and the Deployment that is made next takes them over.
        """
        found = self.cluster.get(self._path)
        labels = (found or {}).get("metadata", {}).get("labels", {})
        if labels.get("slipway.stack") != stack:
            return
        self.cluster.delete(self._path, alone=True)
        until = time.monotonic() + _GONE_S
        while self.cluster.get(self._path) and time.monotonic() < until:
            time.sleep(0.2)

    @property
    def _path(self) -> str:
        return self.cluster.path("deployments", self.name)


def _manager(deployment: Manifest) -> str:
    """Who applied its pods last, as the API server knows engines."""
    for one in deployment["metadata"].get("managedFields", []):
        owns = "f:template" in one.get("fieldsV1", {}).get("f:spec", {})
        if one["operation"] == "Apply" and owns:
            return one["manager"]
    return "slipway"
