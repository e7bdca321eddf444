"""Mistakes that a judge must see, each made in a Deployment that has none."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from .manifests import Object

Change = Callable[[dict[str, Any]], object]
_REFERENCE = "registry.example.com/team/wine"


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """What is wrong with a Deployment, and by which check each judge sees it."""

    change: Change
    """Of the Deployment, in place."""
    seen: Mapping[str, str]


def _container(deployment: Any) -> dict[str, Any]:
    return deployment["spec"]["template"]["spec"]["containers"][0]


def _privileged(deployment: dict[str, Any]) -> None:
    _container(deployment)["securityContext"]["privileged"] = True


def _let_off(deployment: dict[str, Any]) -> None:
    """Annotations by which some judges let an object decide what they see."""
    _privileged(deployment)
    deployment["metadata"]["annotations"] = {
        "kube-score/ignore": "container-security-context-privileged",
        "checkov.io/skip1": "CKV_K8S_16=we know",
    }


_PRIVILEGED = {
    "kube-score": "container-security-context-privileged",
    "checkov": "CKV_K8S_16",
    "trivy": "KSV-0017",
}
MISTAKES: Mapping[str, Mistake] = {
    "privileged": Mistake(change=_privileged, seen=_PRIVILEGED),
    "let-off": Mistake(change=_let_off, seen=_PRIVILEGED),
    "latest": Mistake(
        change=lambda it: _container(it).update(image=f"{_REFERENCE}:latest"),
        seen={
            "kube-score": "container-image-tag",
            "checkov": "CKV_K8S_14",
            "trivy": "KSV-0013",
        },
    ),
    "foreign": Mistake(
        change=lambda it: _container(it).update(image="example.org/wine:1.4.2"),
        seen={"trivy": "KSV-0125", "checkov": "CKV_K8S_43"},
    ),
    "unlimited": Mistake(
        change=lambda it: _container(it)["resources"].pop("limits"),
        seen={
            "kube-score": "container-resources",
            "checkov": "CKV_K8S_13",
            "trivy": "KSV-0018",
        },
    ),
    "unknown-field": Mistake(
        change=lambda it: it["spec"].update(replica=2),
        seen={"kubernetes-validate": "apps/v1/Deployment"},
    ),
    "unselected": Mistake(
        change=lambda it: it["spec"]["template"]["metadata"]["labels"].clear(),
        seen={"kube-score": "deployment-has-poddisruptionbudget"},
    ),
}


def planted(deployment: Object, name: str) -> dict[str, Any]:
    """A copy with this mistake, and called like it."""
    copy = deepcopy(dict(deployment))
    copy["metadata"]["name"] = name
    MISTAKES[name].change(copy)
    return copy
