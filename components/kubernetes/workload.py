"""The Deployment of one release: proven before it serves, and while it takes over."""

import asyncio
from collections.abc import Mapping
from math import ceil
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from components.platform import Checks
from stacks.settings.cluster import Cluster

from .labels import TRAFFIC
from .place import Place
from .pod import METRICS_PORT, PodArgs, serving_pod
from .rollout import DeploymentRollout
from .trial import Trial

_SCRAPED = {
    "prometheus.io/scrape": "true",
    "prometheus.io/port": str(METRICS_PORT),
    "prometheus.io/path": "/metrics",
}
_ENGINE = {
    # The checks wait, and say what is wrong in one sentence.
    "pulumi.com/skipAwait": "true",
    # What a rollout that was undone holds is ours too.
    "pulumi.com/patchForce": "true",
}
_ONE_MORE = k8s.apps.v1.DeploymentStrategyArgs(
    type="RollingUpdate",
    rolling_update=k8s.apps.v1.RollingUpdateDeploymentArgs(
        max_surge=1, max_unavailable=0
    ),
)


class Workload(pulumi.ComponentResource):
    """
    Equal pods that the cluster replaces one by one, none missing on the way.

    Before a change of its pods reaches the cluster, one such pod is proven beside
    those that serve; a release that is not proven changes nothing. Then the cluster
    replaces them, and a rollout that does not end well is undone. How many there are
    is `replicas`, or an autoscaler's to say where that is None.
    """

    def __init__(
        self,
        name: str,
        args: PodArgs,
        *,
        place: Place,
        checks: Checks,
        replicas: int | None,
        canary: bool = False,
    ) -> None:
        super().__init__("slipway:kubernetes:Workload", name, None, place.opts)
        role = "canary" if canary else "model"
        called = f"{place.name}-canary" if canary else place.name
        selecting: Any = place.labels.selecting(role)
        own = {**place.labels.pods(role, args.release), **TRAFFIC}
        metadata: Any = {"labels": own}
        # Two versions for long are an alert, and a canary is looked at by whoever
        # promotes it.
        if args.platform.operator is None and not canary:
            metadata["annotations"] = _SCRAPED
        spec: Any = serving_pod(args, selecting)
        hooks = _Hooks(called, args, checks, canary=canary)
        k8s.apps.v1.Deployment(
            name,
            metadata=place.metadata(called, annotations=_ENGINE),
            spec=k8s.apps.v1.DeploymentSpecArgs(
                replicas=replicas,
                revision_history_limit=5,
                progress_deadline_seconds=_deadline_s(args),
                min_ready_seconds=1,
                strategy=_ONE_MORE,
                selector=k8s.meta.v1.LabelSelectorArgs(match_labels=selecting),
                template=k8s.core.v1.PodTemplateSpecArgs(metadata=metadata, spec=spec),
            ),
            opts=pulumi.ResourceOptions(parent=self, hooks=hooks.binding(name)),
        )
        self.register_outputs({})


class _Hooks:
    """What happens before and after a change of the pods."""

    def __init__(
        self, called: str, args: PodArgs, checks: Checks, *, canary: bool
    ) -> None:
        self._called = called
        self._args = args
        self._checks = checks
        self._canary = canary

    def binding(self, name: str) -> pulumi.ResourceHookBinding:
        trial = pulumi.ResourceHook(f"{name}-trial", self._before)
        rollout = pulumi.ResourceHook(f"{name}-rollout", self._after)
        return pulumi.ResourceHookBinding(
            before_create=[trial],
            before_update=[trial],
            after_create=[rollout],
            after_update=[rollout],
        )

    async def _before(self, change: pulumi.ResourceHookArgs) -> None:
        template = _template(change.new_inputs)
        if template != _template(change.old_inputs):
            await asyncio.to_thread(self._try_out, template)

    async def _after(self, change: pulumi.ResourceHookArgs) -> None:
        rollout = DeploymentRollout(self._cluster, self._called, self._canary)
        await asyncio.to_thread(self._checks.confirm, rollout)

    def _try_out(self, template: Mapping[str, Any]) -> None:
        trial = Trial(self._cluster, f"{self._called}-trial", TRAFFIC)
        health = self._args.settings.health
        lives_s = _deadline_s(self._args) + ceil(health.window_s) + 60
        with trial.of(template, lives_s):
            self._checks.try_out(trial.start)

    @property
    def _cluster(self) -> Cluster:
        return Cluster(self._args.platform)


def _template(inputs: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return inputs["spec"]["template"] if inputs else {}


def _deadline_s(args: PodArgs) -> int:
    """How long a pod may take until it is ready."""
    return args.platform.start_s + ceil(args.settings.health.startup_s)
