"""Container apps, their environment, alerts and logs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stacks.settings import quantity
from stacks.settings.azure import LABELS

from ..declared import Copy, Declared
from ..told import Resource, labels_of, told

_APP, _JOB = "azure-native:app:ContainerApp", "azure-native:app:Job"
_ENVIRONMENT = "azure-native:app:ManagedEnvironment"
_WORKSPACE = "azure-native:operationalinsights:Workspace"
_ALERTS = (
    "azure-native:monitor:MetricAlert",
    "azure-native:monitor:ScheduledQueryRule",
)
_PRECIOUS = (
    _APP,
    _ENVIRONMENT,
    _WORKSPACE,
    "azure-native:containerregistry:Registry",
    "azure-native:keyvault:Vault",
    "azure-native:resources:ResourceGroup",
)
# Container Apps has no setting for whom a container runs as: it is whom the image
# says, which is what model_image/server/Dockerfile ends with, and nothing overrides it.
_USER = 10001


def read(resources: Sequence[Resource]) -> Declared:
    """What is declared in a subscription."""
    apps = [one for one in resources if one.type == _APP]
    jobs = [one for one in resources if one.type == _JOB]
    copies = tuple(_copy(one) for one in (*apps, *jobs))
    counts = [
        int(app.inputs["template"]["scale"]["minReplicas"])
        for app, copy in zip(apps, copies, strict=False)
        # Beside a canary only the canary's copies are declared anew.
        if copy.role == "model"
    ]
    precious = [one for one in resources if one.type in _PRECIOUS]
    return Declared(
        copies=copies,
        exposed=tuple(_exposed(apps, resources)),
        alerts=frozenset(_alerts(resources)),
        replicas=counts[0] if counts else None,
        precious=tuple(_called(one) for one in precious),
        # A lock of the stack's own is no help: the command that destroys the app
        # takes the lock away first.
        protected=tuple(_called(one) for one in precious if one.protect),
        endless=tuple(
            one.name
            for one in resources
            if one.type == _WORKSPACE and not one.inputs.get("retentionInDays")
        ),
    )


def _copy(one: Resource) -> Copy:
    template = one.inputs["template"]
    container = template["containers"][0]
    env = _env(container)
    labels = _labels(one, container)
    role = labels.get("slipway.role")
    asked = {probe["type"] for probe in container.get("probes") or ()}
    limits = container.get("resources") or {}
    return Copy(
        name=one.name,
        role=role if role in ("model", "canary") else "batch",
        image=told(container, "image"),
        user=_USER,
        cpu=float(limits.get("cpu") or 0),
        memory_mb=quantity.mebibytes(limits.get("memory")),
        ready="Readiness" in asked,
        live="Liveness" in asked,
        read_only=None,
        env=env,
        secrets=frozenset(_secrets(template)),
        labels=labels,
    )


def _env(container: Mapping[str, Any]) -> dict[str, str]:
    """Without what only an update can tell."""
    values = {one["name"]: told(one, "value") for one in container.get("env") or ()}
    return {key: value for key, value in values.items() if value is not None}


def _labels(one: Resource, container: Mapping[str, Any]) -> dict[str, str]:
    """
    What a copy says of itself, of what its app says too.

    Azure labels apps, and no revision or copy: people see the tags, and the observer
    the variable, so that either alone is not enough.
    """
    tags = labels_of(one.inputs.get("tags"))
    for pair in container.get("env") or ():
        if pair["name"] == LABELS:
            text = told(pair, "value")
            said: dict[str, str] = json.loads(text) if text else tags
            return {key: value for key, value in said.items() if tags.get(key)}
    return {}


def _secrets(template: Mapping[str, Any]) -> Iterator[str]:
    for volume in template.get("volumes") or ():
        for item in volume.get("secrets") or ():
            yield item["path"]


def _exposed(apps: Sequence[Resource], resources: Sequence[Resource]) -> Iterator[str]:
    """
    Those that answer outside their environment, unless that is inside a network.

    Of an environment that is only named the app's tag says whether it is.
    """
    made = {
        # Azure calls it its name once it is there.
        one.inputs.get("environmentName") or one.inputs.get("name"): one.inputs.get(
            "vnetConfiguration"
        )
        or {}
        for one in resources
        if one.type == _ENVIRONMENT
    }
    for one in apps:
        ingress = one.inputs["configuration"].get("ingress") or {}
        environment = str(told(one.inputs, "environmentId")).rpartition("/")[2]
        if environment in made:
            inside = made[environment].get("internal")
        else:
            inside = (one.inputs.get("tags") or {}).get("slipway.reach") == "network"
        if ingress.get("external") and not inside:
            yield one.name


def _alerts(resources: Sequence[Resource]) -> Iterator[str]:
    for one in resources:
        if one.type in _ALERTS and one.inputs.get("enabled"):
            yield (one.inputs.get("tags") or {}).get("slipway.alert", "")


def _called(one: Resource) -> str:
    """Its kind too: an environment and its workspace have one name."""
    return f"{one.type.rpartition(':')[2]} {one.name}"
