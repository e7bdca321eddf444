"""As many tasks as their processors' load asks for."""

import pulumi
from pulumi_aws import appautoscaling, ecs

from stacks.settings.autoscale import Autoscale
from stacks.settings.cron import aws_cron

from .place import Place

_OUT_S = 60


def autoscaled(
    name: str,
    place: Place,
    cluster: pulumi.Input[str],
    service: ecs.Service,
    replicas: int,
) -> None:
    """Follow the load between the bounds of the settings, and sleep when they say."""
    asked, sleep = place.platform.autoscale, place.platform.sleep
    if asked is None and sleep is None:
        return
    counts = place.platform.replicas(replicas)
    target = appautoscaling.Target(
        name,
        min_capacity=counts[0],
        max_capacity=counts[-1],
        resource_id=pulumi.Output.format("service/{0}/{1}", cluster, service.name),
        scalable_dimension="ecs:service:DesiredCount",
        service_namespace="ecs",
        opts=pulumi.ResourceOptions.merge(
            place.opts,
            # What the set times have made of them is not to be undone by an update.
            pulumi.ResourceOptions(
                ignore_changes=["minCapacity", "maxCapacity"] if sleep else None
            ),
        ),
    )
    if asked:
        _follow(name, place, target, asked)
    if sleep:
        _at(f"{name}-down", place, target, sleep.down, sleep.zone, range(1))
        _at(f"{name}-up", place, target, sleep.up, sleep.zone, counts)


def _follow(
    name: str, place: Place, target: appautoscaling.Target, asked: Autoscale
) -> None:
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


def _at(
    name: str,
    place: Place,
    target: appautoscaling.Target,
    when: str,
    zone: str,
    counts: range,
) -> None:
    appautoscaling.ScheduledAction(
        name,
        name=place.called(name.rpartition("-")[2], 255),
        service_namespace=target.service_namespace,
        resource_id=target.resource_id,
        scalable_dimension=target.scalable_dimension,
        schedule=aws_cron(when),
        timezone=zone,
        scalable_target_action={
            "min_capacity": counts[0],
            "max_capacity": counts[-1],
        },
        opts=place.opts,
    )
