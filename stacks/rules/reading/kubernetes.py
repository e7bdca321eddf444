"""Pods of a cluster, what lets callers in, and the rules that Prometheus reads."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from stacks.settings import quantity
from stacks.settings.kubernetes import CONTAINER

from ..declared import Copy, Declared
from ..told import Resource, labels_of, told


def read(resources: Sequence[Resource]) -> Declared:
    """What is declared in a namespace."""
    copies, counts = [], []
    secrets = frozenset(
        key
        for one in resources
        if one.type == "kubernetes:core/v1:Secret" and one.name.endswith("-secrets")
        # A cluster has them under `data`, and so has Pulumi once they are there.
        for key in told(one.inputs, "stringData") or told(one.inputs, "data") or ()
    )
    for one in resources:
        if one.type == "kubernetes:apps/v1:Deployment":
            spec = one.inputs["spec"]
            template = spec["template"]
            tried = template["metadata"]["labels"].get("slipway.role") == "canary"
            role = "canary" if tried else "model"
            copies.append(_copy(one.name, role, template, secrets))
            if role == "model":
                counts.append(int(spec["replicas"]))
        if one.type == "kubernetes:batch/v1:CronJob":
            template = one.inputs["spec"]["jobTemplate"]["spec"]["template"]
            copies.append(_copy(one.name, "batch", template, secrets))
    return Declared(
        copies=tuple(copies),
        exposed=tuple(one.name for one in resources if _is_exposed(one)),
        alerts=frozenset(_alerts(resources)),
        replicas=counts[0] if counts else None,
    )


def _copy(
    name: str, role: Any, template: Mapping[str, Any], secrets: frozenset[str]
) -> Copy:
    spec = template["spec"]
    container = next(one for one in spec["containers"] if one["name"] == CONTAINER)
    limits = (container.get("resources") or {}).get("limits") or {}
    secure = container.get("securityContext") or {}
    identity = {**(spec.get("securityContext") or {}), **secure}
    values = {one["name"]: told(one, "value") for one in container.get("env") or ()}
    return Copy(
        name=name,
        role=role,
        image=told(container, "image"),
        user=int(identity["runAsUser"]) if identity.get("runAsNonRoot") else None,
        cpu=quantity.processors(limits.get("cpu")),
        memory_mb=quantity.mebibytes(limits.get("memory")),
        ready=bool(container.get("readinessProbe")),
        live=bool(container.get("livenessProbe")),
        read_only=bool(secure.get("readOnlyRootFilesystem")),
        env={key: value for key, value in values.items() if value is not None},
        secrets=secrets,
        labels=labels_of(template["metadata"]["labels"]),
    )


def _is_exposed(one: Resource) -> bool:
    if one.type == "kubernetes:networking.k8s.io/v1:Ingress":
        return True
    if one.type != "kubernetes:core/v1:Service":
        return False
    return one.inputs["spec"].get("type") in ("LoadBalancer", "NodePort")


def _alerts(resources: Sequence[Resource]) -> list[str]:
    for one in resources:
        rules: Any = None
        if one.type == "kubernetes:core/v1:ConfigMap" and one.name.endswith("-alerts"):
            rules = yaml.safe_load(one.inputs["data"]["rules.yaml"])
        if one.type.endswith(":PrometheusRule"):
            rules = one.inputs["spec"]
        if rules:
            groups = rules["groups"]
            named = (rule["alert"] for group in groups for rule in group["rules"])
            return [one.removeprefix("slipway_") for one in named]
    return []
