"""Tasks of ECS, their balancer, alarms and logs."""

import json
from collections.abc import Mapping, Sequence

from ..declared import Copy, Declared
from ..told import Resource, labels_of

_EVERYWHERE = {"0.0.0.0/0", "::/0"}
_PRECIOUS = ("aws:lb/loadBalancer:LoadBalancer", "aws:ecr/repository:Repository")


def read(resources: Sequence[Resource]) -> Declared:
    """What is declared in an account."""
    by_type: dict[str, list[Resource]] = {}
    for one in resources:
        by_type.setdefault(one.type, []).append(one)
    tasks = by_type.get("aws:ecs/taskDefinition:TaskDefinition", [])
    services = by_type.get("aws:ecs/service:Service", [])
    groups = by_type.get("aws:cloudwatch/logGroup:LogGroup", [])
    precious = [one for one in resources if one.type in _PRECIOUS]
    counts = [int(one.inputs["desiredCount"]) for one in services]
    return Declared(
        copies=tuple(map(_copy, tasks)),
        exposed=tuple(_exposed(by_type)),
        alerts=frozenset(_alerts(by_type)),
        replicas=counts[0] if counts else None,
        precious=tuple(one.name for one in precious),
        protected=tuple(one.name for one in precious if one.protect),
        endless=tuple(
            one.name for one in groups if not one.inputs.get("retentionInDays")
        ),
    )


def _copy(task: Resource) -> Copy:
    container = json.loads(task.inputs["containerDefinitions"])[0]
    tags = labels_of(task.inputs.get("tags"))
    role = tags.get("slipway.role")
    user = str(container.get("user", "")).partition(":")[0]
    health = bool(container.get("healthCheck"))
    return Copy(
        name=task.name,
        role=role if role in ("model", "canary") else "batch",
        image=container.get("image"),
        user=int(user) if user.isdecimal() else None,
        cpu=int(task.inputs.get("cpu") or 0) / 1024,
        memory_mb=float(task.inputs.get("memory") or 0),
        ready=health,
        live=health,
        read_only=bool(container.get("readonlyRootFilesystem")),
        env={one["name"]: one["value"] for one in container.get("environment", ())},
        secrets=frozenset(one["name"] for one in container.get("secrets", ())),
        labels=tags,
    )


def _exposed(by_type: Mapping[str, list[Resource]]) -> list[str]:
    """A balancer on the internet, and a rule that lets everybody in."""
    balancers = by_type.get("aws:lb/loadBalancer:LoadBalancer", [])
    found = [one.name for one in balancers if not one.inputs.get("internal")]
    for kind in ("vpc/securityGroupIngressRule:SecurityGroupIngressRule",):
        for one in by_type.get(f"aws:{kind}", []):
            if {one.inputs.get("cidrIpv4"), one.inputs.get("cidrIpv6")} & _EVERYWHERE:
                found.append(one.name)
    for kind in ("aws:ecs/service:Service",):
        for one in by_type.get(kind, []):
            if (one.inputs.get("networkConfiguration") or {}).get("assignPublicIp"):
                found.append(one.name)
    return found


def _alerts(by_type: Mapping[str, list[Resource]]) -> list[str]:
    alarms = by_type.get("aws:cloudwatch/metricAlarm:MetricAlarm", [])
    rules = by_type.get("aws:cloudwatch/eventRule:EventRule", [])
    tags = [one.inputs.get("tags") or {} for one in alarms]
    named = [one.get("slipway.alert", "") for one in tags]
    return [*named, *(one.name.rpartition("-")[2] for one in rules)]
