"""As many tasks as their processors' load asks for."""

import pulumi
from pulumi_aws import appautoscaling, ecs

from .place import Place

_OUT_S = 60


def autoscaled(
    name: str, place: Place, cluster: pulumi.Input[str], service: ecs.Service
) -> None:
    """Follow the load between the bounds of the settings, where they have any."""
    asked = place.platform.autoscale
    if asked is None:
        return
    target = appautoscaling.Target(
        name,
        min_capacity=asked.min,
        max_capacity=asked.max,
        resource_id=pulumi.Output.format("service/{0}/{1}", cluster, service.name),
        scalable_dimension="ecs:service:DesiredCount",
        service_namespace="ecs",
        opts=place.opts,
    )
    appautoscaling.Policy(
        name,
        name=place.called("load", 255),
        policy_type="TargetTrackingScaling",
        resource_id=target.resource_id,
        scalable_dimension=target.scalable_dimension,
        service_namespace=target.service_namespace,
        target_tracking_scaling_policy_configuration={
            "target_value": float(asked.cpu_percent),
            "predefined_metric_specification": {
                "predefined_metric_type": "ECSServiceAverageCPUUtilization"
            },
            "scale_in_cooldown": asked.calm_s,
            "scale_out_cooldown": _OUT_S,
        },
        opts=place.opts,
    )
