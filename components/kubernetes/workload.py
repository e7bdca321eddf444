"""The Deployment of one release: proven before it serves, and while it takes over."""

from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from components.platform import Checks
from components.proof import hooks

from .inputs import manifest
from .labels import TRAFFIC
from .place import Place
from .pod import METRICS_PORT, PodArgs, serving_pod
from .proof import Proof

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
    is `replicas` or, where they are `scaled`, an autoscaler's to say once they run.
    """

    def __init__(
        self,
        name: str,
        args: PodArgs,
        *,
        place: Place,
        checks: Checks,
        replicas: int,
        scaled: bool = False,
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
        proof = Proof(
            called=called,
            platform=args.platform,
            health=args.settings.health,
            checks=checks,
            canary=canary,
        )
        k8s.apps.v1.Deployment(
            name,
            metadata=place.metadata(called, annotations=_ENGINE),
            spec=k8s.apps.v1.DeploymentSpecArgs(
                replicas=replicas,
                revision_history_limit=5,
                progress_deadline_seconds=proof.deadline_s,
                min_ready_seconds=1,
                strategy=_ONE_MORE,
                selector=k8s.meta.v1.LabelSelectorArgs(match_labels=selecting),
                template=k8s.core.v1.PodTemplateSpecArgs(metadata=metadata, spec=spec),
            ),
            opts=pulumi.ResourceOptions(
                parent=self,
                hooks=hooks(name, proof, manifest),
                ignore_changes=["spec.replicas"] if scaled else None,
            ),
        )
        self.register_outputs({})
