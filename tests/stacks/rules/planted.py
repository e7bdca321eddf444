"""Rules broken on purpose, each in a declaration of a platform that breaks none."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from stacks.offline import Declaration
from stacks.rules import RULES, Asked
from stacks.settings.stack import StackSettings
from tests.components.aws import test_planted as aws
from tests.components.aws.conftest import ACCOUNT
from tests.components.aws.conftest import REGISTRY as ECR
from tests.components.azure.conftest import PLACE
from tests.components.azure.conftest import REGISTRY as ACR
from tests.components.azure.planted import MISTAKES as AZURE
from tests.components.conftest import IMAGE, LOCAL, declared
from tests.components.gcp import test_read as gcp
from tests.components.gcp.conftest import PROJECT
from tests.components.gcp.conftest import REGISTRY as ARTIFACTS
from tests.components.kubernetes.conftest import CLUSTER, DEPLOYMENT

Settings = dict[str, Any]
Change = Callable[[Declaration], object]
_NAMES = frozenset(rule.__name__ for rule in RULES)
_SERVICE: Settings = {"replicas": 2, "cpu": 1, "memory_mb": 2048, "secrets": ["TOKEN"]}
_OCI = {"kind": "oci", "address": "registry.example.com/team"}
_BATCH = {"name": "nightly", "schedule": "0 3 * * *"}
_IN_BUCKETS = {
    **_BATCH,
    "input": "gs://lake/in.parquet",
    "output": "gs://lake/scores/$(RUN)/",
}
STACKS: dict[str, Settings] = {
    "local": {"platform": LOCAL},
    "kubernetes": {"platform": CLUSTER, "registry": _OCI},
    "aws": {"platform": {**ACCOUNT, "allowed": ["10.0.0.0/8"]}, "registry": ECR},
    "gcp": {"platform": PROJECT, "registry": ARTIFACTS, "batch": [_IN_BUCKETS]},
    "azure": {"platform": PLACE, "registry": ACR},
}
"""A prod stack of each platform, without what all have."""


@dataclass(frozen=True, kw_only=True)
class Planted:
    """What is done to a declaration, in place, and the rule that it breaks."""

    platform: str
    change: Change
    rule: str


def settings(platform: str) -> Settings:
    """All that the stack's file says."""
    every = {"tier": "prod", "upstream": "staging", "image": IMAGE, "service": _SERVICE}
    return {**every, **STACKS[platform]}


def asked(platform: str) -> Asked:
    """What that file asks for."""
    told = {f"slipway:{key}": value for key, value in settings(platform).items()}
    return Asked.of(StackSettings.parse("prod", told))


@cache
def _clean(platform: str) -> Declaration:
    return declared("prod", **settings(platform))


def clean(platform: str) -> Declaration:
    """What the stack declares, to be changed at will."""
    return deepcopy(_clean(platform))


def _container(change: Callable[[dict[str, Any]], object]) -> Change:
    """In the pod of a Deployment."""

    def plant(declaration: Declaration) -> None:
        spec = declaration.only(DEPLOYMENT).inputs["spec"]["template"]["spec"]
        change(spec["containers"][0])

    return plant


def _docker(
    change: Callable[[dict[str, Any]], object], name: str = "model-1"
) -> Change:
    kind = "docker:index/container:Container"
    return lambda it: change(it.only(kind, name).inputs)


def _unlabelled(inputs: dict[str, Any]) -> None:
    key = "slipway.version"
    inputs["labels"] = [one for one in inputs["labels"] if one["label"] != key]


def _by_name(declaration: Declaration, type: str, name: str) -> dict[str, Any]:
    return declaration.only(f"kubernetes:{type}", name).inputs


_LOCAL: dict[str, tuple[str, Change]] = {
    "a tag": ("digest", _docker(lambda one: one.update(image="wine:1.4.2"))),
    "no memory limit": ("limits", _docker(lambda one: one.pop("memory"))),
    "no processor limit": ("limits", _docker(lambda one: one.pop("cpus"))),
    "no health check": ("health", _docker(lambda one: one.pop("healthcheck"))),
    "root": ("user", _docker(lambda one: one.update(user="0"))),
    "a user that nobody said": ("user", _docker(lambda one: one.pop("user"))),
    "a root to write to": ("root", _docker(lambda one: one.update(readOnly=False))),
    "every address": (
        "public",
        _docker(lambda one: one["ports"][0].pop("ip"), "model-edge"),
    ),
    "a plain secret": (
        "secrets",
        _docker(lambda one: one["envs"].append("DB_PASSWORD=hunter2")),
    ),
    "a copy that nobody can tell": ("labels", _docker(_unlabelled)),
}
_KUBERNETES: dict[str, tuple[str, Change]] = {
    "a tag": ("digest", _container(lambda one: one.update(image="wine:1.4.2"))),
    "no limits": ("limits", _container(lambda one: one["resources"].pop("limits"))),
    "not asked if ready": ("health", _container(lambda one: one.pop("readinessProbe"))),
    "not asked if alive": ("health", _container(lambda one: one.pop("livenessProbe"))),
    "root": (
        "user",
        _container(lambda one: one["securityContext"].update(runAsNonRoot=False)),
    ),
    "a root to write to": (
        "root",
        _container(lambda one: one["securityContext"].pop("readOnlyRootFilesystem")),
    ),
    "a balancer": (
        "public",
        lambda it: _by_name(it, "core/v1:Service", "model")["spec"].update(
            type="LoadBalancer"
        ),
    ),
    "a plain secret": (
        "secrets",
        _container(
            lambda one: one["env"].append({"name": "DB_PASSWORD", "value": "hunter2"})
        ),
    ),
    "a pod that nobody can tell": (
        "labels",
        lambda it: (
            it.only(DEPLOYMENT)
            .inputs["spec"]["template"]["metadata"]["labels"]
            .pop("slipway.version")
        ),
    ),
    "alerts that nobody raises": (
        "alerts",
        lambda it: _by_name(it, "core/v1:ConfigMap", "model-alerts")["data"].update(
            {"rules.yaml": "groups: []"}
        ),
    ),
}

_GCP: dict[str, tuple[str, Change]] = {
    "nobody is asked who calls": (
        "public",
        lambda it: it.only(*gcp.SERVICE).inputs.update(invokerIamDisabled=True),
    ),
    "another command": (
        "user",
        lambda it: gcp.container(it.only(*gcp.SERVICE)).update(commands=["sh"]),
    ),
    "a service that a slip removes": (
        "prod",
        lambda it: setattr(it.only(*gcp.SERVICE), "protect", False),
    ),
}


def _in_aws(kind: str, name: str, plant: aws.Plant) -> Change:
    def change(declaration: Declaration) -> None:
        changed = aws.planted(declaration, kind, name, plant)
        declaration.resources = changed.resources

    return change


def _aws() -> Iterator[tuple[str, str, Change]]:
    for mistake, (kind, name, plant, found) in aws.PLANTED.items():
        rule = found.removeprefix("rule ").partition(":")[0]
        if rule in _NAMES:
            yield mistake, rule, _in_aws(kind, name, plant)


def _in_google(what: tuple[str, str], plant: Callable[[Any], object]) -> Change:
    return lambda declaration: plant(declaration.only(*what))


def _gcp() -> Iterator[tuple[str, str, Change]]:
    for mistake, (what, plant, rule, _) in gcp.PLANTED.items():
        yield mistake, rule, _in_google(what, plant)


def _all() -> Iterator[tuple[str, str, str, Change]]:
    own = {"local": _LOCAL, "kubernetes": _KUBERNETES, "gcp": _GCP}
    for platform, mistakes in own.items():
        yield from ((platform, name, *one) for name, one in mistakes.items())
    yield from (("aws", *one) for one in _aws())
    yield from (("gcp", *one) for one in _gcp())
    for name, one in AZURE.items():
        if one.seen_by in _NAMES and one.of == "own_vault":
            yield "azure", name, one.seen_by, one.change


PLANTED: dict[str, Planted] = {
    f"{platform}: {name}": Planted(platform=platform, change=change, rule=rule)
    for platform, name, rule, change in _all()
}
