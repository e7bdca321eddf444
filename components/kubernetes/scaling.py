"""How many pods there are, and how many the cluster may take away at a time."""

import pulumi_kubernetes as k8s

from .place import Place


def autoscaler(name: str, place: Place) -> None:
    """More pods while they are busy, fewer once it has been calm for long."""
    limits = place.platform.autoscale
    if limits is None:
        return
    busy = k8s.autoscaling.v2.MetricTargetArgs(
        type="Utilization", average_utilization=limits.cpu_percent
    )
    processors = k8s.autoscaling.v2.ResourceMetricSourceArgs(name="cpu", target=busy)
    calm = k8s.autoscaling.v2.HPAScalingRulesArgs(
        stabilization_window_seconds=limits.calm_s
    )
    k8s.autoscaling.v2.HorizontalPodAutoscaler(
        name,
        metadata=place.metadata(),
        spec=k8s.autoscaling.v2.HorizontalPodAutoscalerSpecArgs(
            scale_target_ref=k8s.autoscaling.v2.CrossVersionObjectReferenceArgs(
                api_version="apps/v1", kind="Deployment", name=place.name
            ),
            min_replicas=limits.min,
            max_replicas=limits.max,
            metrics=[
                k8s.autoscaling.v2.MetricSpecArgs(type="Resource", resource=processors)
            ],
            behavior=k8s.autoscaling.v2.HorizontalPodAutoscalerBehaviorArgs(
                scale_down=calm
            ),
        ),
        opts=place.opts,
    )


def disruption_budget(name: str, place: Place) -> None:
    """One pod at a time may be evicted; one that is not ready always may."""
    k8s.policy.v1.PodDisruptionBudget(
        name,
        metadata=place.metadata(),
        spec={
            "max_unavailable": 1,
            "unhealthy_pod_eviction_policy": "AlwaysAllow",
            "selector": {"match_labels": place.labels.selecting("model")},
        },
        opts=place.opts,
    )
