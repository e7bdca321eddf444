"""Revisions and jobs of Cloud Run, who may call them, and what watches them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from stacks.settings import quantity
from stacks.settings.gcp import EVERYBODY

from ..declared import Copy, Declared
from ..told import Resource, labels_of, told

_SERVICE = "gcp:cloudrunv2/service:Service"
_JOB = "gcp:cloudrunv2/job:Job"
_POLICY = "gcp:monitoring/alertPolicy:AlertPolicy"
_PRECIOUS = (_SERVICE, "gcp:artifactregistry/repository:Repository")
_ANYWHERE = "INGRESS_TRAFFIC_ALL"
_IMAGES_OWN = 10001
_OTHERS = frozenset({"commands", "baseImageUri", "sourceCode"})
"""What makes an instance run something else than what its image says."""


def read(resources: Sequence[Resource]) -> Declared:
    """
    What is declared in a project.

    No log is endless: a bucket without a number of days keeps for Google's thirty.
    """
    services = [one for one in resources if one.type == _SERVICE]
    jobs = [one for one in resources if one.type == _JOB]
    precious = [one for one in resources if one.type in _PRECIOUS]
    scalings = [one.inputs.get("scaling") or {} for one in services]
    return Declared(
        copies=(*map(_revision, services), *map(_task, jobs)),
        exposed=tuple(one.name for one in resources if _is_exposed(one)),
        alerts=frozenset(_alerts(resources)),
        # Google says nothing of none.
        replicas=int(scalings[0].get("minInstanceCount") or 0) if scalings else None,
        precious=tuple(one.name for one in precious),
        protected=tuple(one.name for one in precious if one.protect),
    )


def _revision(service: Resource) -> Copy:
    """The one that is new here; another that takes requests was declared before."""
    tried = "slipway-canary" in (service.inputs.get("labels") or {})
    role = "canary" if tried else "model"
    return _copy(service.name, role, service.inputs["template"])


def _task(job: Resource) -> Copy:
    """Its labels are those of an execution, which has tasks."""
    execution = job.inputs["template"]
    task = execution["template"]
    return _copy(job.name, "batch", {**execution, "containers": task["containers"]})


def _copy(
    name: str, role: Literal["model", "canary", "batch"], template: Mapping[str, Any]
) -> Copy:
    (container,) = template["containers"]
    limits = (container.get("resources") or {}).get("limits") or {}
    envs = container.get("envs") or ()
    values = {one["name"]: told(one, "value") for one in envs}
    return Copy(
        name=name,
        role=role,
        image=told(container, "image"),
        user=_user(container),
        cpu=quantity.processors(limits.get("cpu")),
        memory_mb=quantity.mebibytes(limits.get("memory")),
        ready=bool(container.get("readinessProbe")),
        live=bool(container.get("livenessProbe")),
        read_only=None,
        env={key: str(value) for key, value in values.items() if value is not None},
        secrets=frozenset(one["name"] for one in envs if one.get("valueSource")),
        labels=labels_of(template.get("annotations")),
    )


def _user(container: Mapping[str, Any]) -> int | None:
    """The image's own: Cloud Run has no setting that would make it another one."""
    return None if any(container.get(key) for key in _OTHERS) else _IMAGES_OWN


def _is_exposed(one: Resource) -> bool:
    """Everybody may call, or nobody is asked, or the internet leads to it."""
    # Whom only an update can name is somebody.
    if told(one.inputs, "member") in EVERYBODY:
        return True
    if one.type != _SERVICE:
        return False
    # Cloud Run's own default is the internet.
    anywhere = one.inputs.get("ingress", _ANYWHERE) == _ANYWHERE
    return anywhere or bool(one.inputs.get("invokerIamDisabled"))


def _alerts(resources: Sequence[Resource]) -> Iterator[str]:
    for one in resources:
        if one.type == _POLICY:
            yield (one.inputs.get("userLabels") or {}).get("slipway-alert", "")
