"""What a change of a Deployment's pods must show, before it and after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from components.platform import Checks
from stacks.settings.cluster import Cluster
from stacks.settings.kubernetes import KubernetesPlatform
from stacks.settings.service import HealthSettings

from .labels import TRAFFIC
from .rollout import DeploymentRollout
from .trial import Trial


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The checks of one Deployment, as the hooks of an engine call them."""

    called: str
    """The Deployment."""
    platform: KubernetesPlatform
    health: HealthSettings
    checks: Checks
    canary: bool = False

    def before(self, old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> None:
        """
        Prove one of the pods that the Deployment's `new` inputs ask for, if they are
        others than those of the `old`; raises with nothing changed.
        """
        template = new["spec"]["template"]
        if old and old["spec"]["template"] == template:
            return
        cluster = Cluster(self.platform)
        if old is None:
            stack = template["metadata"]["labels"]["slipway.stack"]
            DeploymentRollout(cluster, self.called, self.canary).forget(stack)
        trial = Trial(cluster, f"{self.called}-trial", TRAFFIC)
        lives_s = self.deadline_s + ceil(self.health.window_s) + 60
        with trial.of(template, lives_s):
            self.checks.try_out(trial.start)

    def after(self) -> None:
        """See the rollout to its end; raises with the pods of before back."""
        cluster = Cluster(self.platform)
        rollout = DeploymentRollout(cluster, self.called, self.canary)
        self.checks.confirm(rollout)

    @property
    def deadline_s(self) -> int:
        """How long a pod may take until it is ready, its start included."""
        return self.platform.start_s + ceil(self.health.startup_s)
