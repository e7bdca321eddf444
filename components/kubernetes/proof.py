"""What a change of a Deployment's pods must show, before it and after it."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from components.platform import Checks
from components.proof import Inputs
from stacks.settings.cluster import Cluster
from stacks.settings.kubernetes import KubernetesPlatform
from stacks.settings.service import HealthSettings

from .labels import TRAFFIC
from .rollout import DeploymentRollout
from .trial import Trial


class Proof:
    """The checks of one Deployment, as the hooks of an engine call them."""

    def __init__(
        self,
        *,
        called: str,
        platform: KubernetesPlatform,
        health: HealthSettings,
        checks: Checks,
        canary: bool = False,
    ) -> None:
        self._called = called
        self._platform = platform
        self._health = health
        self._checks = checks
        self._canary = canary
        self._old: Inputs | None = None
        self._changed = True

    def before(self, old: Inputs | None, new: Inputs) -> None:
        """
        Prove one of the pods that the Deployment's `new` inputs ask for, if they are
        others than those of the `old`; raises with nothing changed.
        """
        template = new["spec"]["template"]
        self._old = old
        self._changed = old is None or old["spec"]["template"] != template
        if not self._changed:
            return
        stack = template["metadata"]["labels"]["slipway.stack"]
        trial = Trial(Cluster(self._platform), f"{self._called}-trial", TRAFFIC)
        lives_s = self.deadline_s + ceil(self._health.window_s) + 60
        with trial.of(template, lives_s):
            self._checks.try_out(trial.start)
        if old is None:
            self._rollout().forget(stack)
        else:
            self._old = self._serving(old)

    def _serving(self, old: Inputs) -> Inputs:
        """
        What the engine remembers, with the pods that are asked for in truth: after a
        failure the engine remembers what failed.
        """
        cluster = Cluster(self._platform)
        live = cluster.get(cluster.path("deployments", self._called))
        template = dict((live or old)["spec"]["template"])
        if _deployment(template) == _deployment(old["spec"]["template"]):
            return old
        return {**old, "spec": {**old["spec"], "template": template}}

    def after(self) -> None:
        """See the rollout to its end; raises with the pods of before back."""
        self._checks.confirm(self._rollout())

    @property
    def deadline_s(self) -> int:
        """How long a pod may take until it is ready, its start included."""
        return self._platform.start_s + ceil(self._health.startup_s)

    def _rollout(self) -> DeploymentRollout:
        return DeploymentRollout(
            cluster=Cluster(self._platform),
            name=self._called,
            canary=self._canary,
            before=self._old,
            changed=self._changed,
        )


def _deployment(template: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Which release the pods are of, and which attempt at it."""
    labels = template["metadata"]["labels"]
    return labels.get("slipway.deployment"), labels.get("slipway.attempt")
