"""Mistakes that a judge or a rule must see, each in a declaration that has none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from components.azure.roles import PULL
from stacks.offline import Declaration
from stacks.settings.azure import LABELS
from tests.components.azure.conftest import APP

Change = Callable[[Declaration], object]


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """What is wrong, who sees it, and a word of what is said of it."""

    change: Change
    """Of the declaration, in place."""
    seen_by: str
    """`sdk`, `checkov`, or the rule's name."""
    said: str
    of: Literal["own_vault", "registry"] = "own_vault"
    """The declaration that it is made in."""


def _app(declaration: Declaration) -> dict[str, Any]:
    return declaration.only(APP).inputs


def _container(declaration: Declaration) -> dict[str, Any]:
    return _app(declaration)["template"]["containers"][0]


def _probe(declaration: Declaration) -> dict[str, Any]:
    return _container(declaration)["probes"][0]


def _ingress(declaration: Declaration) -> dict[str, Any]:
    return _app(declaration)["configuration"]["ingress"]


def _one(kind: str, name: str | None = None) -> Callable[[Declaration], Any]:
    return lambda it: it.only(f"azure-native:{kind}", name).inputs


def _without_pull(declaration: Declaration) -> None:
    declaration.resources = [
        one
        for one in declaration.resources
        if not str(one.inputs.get("roleDefinitionId", "")).endswith(PULL)
    ]


def _without_reader(declaration: Declaration) -> None:
    declaration.resources = [
        one for one in declaration.resources if not one.name.endswith("TOKEN-read")
    ]


def _internet(declaration: Declaration) -> None:
    network = _one("app:ManagedEnvironment")(declaration)["vnetConfiguration"]
    network["internal"] = False


def _without_labels(declaration: Declaration) -> None:
    container = _container(declaration)
    container["env"] = [one for one in container["env"] if one["name"] != LABELS]


_LOGS = "azure-native:operationalinsights:Workspace"
_workspace = _one("operationalinsights:Workspace")
_registry = _one("containerregistry:Registry")
_vault = _one("keyvault:Vault")
_memory = _one("monitor:MetricAlert", "model-watch-memory")
_errors = _one("monitor:ScheduledQueryRule", "model-watch-errors")

MISTAKES: Mapping[str, Mistake] = {
    "wrong probe field": Mistake(
        change=lambda it: _probe(it).update(failuresThreshold=3),
        seen_by="sdk",
        said="failuresThreshold is no property of ContainerAppProbe",
    ),
    "port by name": Mistake(
        change=lambda it: _probe(it)["httpGet"].update(port="http"),
        seen_by="sdk",
        said="port is 'http', and no int",
    ),
    "probe of no kind": Mistake(
        change=lambda it: _probe(it).update(type="Warmup"),
        seen_by="sdk",
        said="is 'Warmup', and not one of Liveness, Readiness, Startup",
    ),
    "mode of another cloud": Mistake(
        change=lambda it: _app(it)["configuration"].update(
            activeRevisionsMode="BlueGreen"
        ),
        seen_by="sdk",
        said="not one of Multiple, Single",
    ),
    "root that is read-only": Mistake(
        change=lambda it: _container(it).update(readOnlyRootFilesystem=True),
        seen_by="sdk",
        said="readOnlyRootFilesystem is no property of Container",
    ),
    "host name by wish": Mistake(
        change=lambda it: _ingress(it).update(fqdn="wine.example.com"),
        seen_by="sdk",
        said="fqdn is Azure's to say",
    ),
    "memory as a number": Mistake(
        change=lambda it: _container(it)["resources"].update(memory=1024),
        seen_by="sdk",
        said="memory is 1024, and no str",
    ),
    "share as text": Mistake(
        change=lambda it: _ingress(it)["traffic"][0].update(weight="100"),
        seen_by="sdk",
        said="weight is '100', and no int",
    ),
    "tag for digest": Mistake(
        change=lambda it: _container(it).update(image="m.azurecr.io/wine:latest"),
        seen_by="digest",
        said="wine:latest",
    ),
    "missing AcrPull": Mistake(
        change=_without_pull, seen_by="pulled", said="without AcrPull"
    ),
    "external ingress": Mistake(
        change=_internet, seen_by="public", said="lets the internet in"
    ),
    "allow_insecure": Mistake(
        change=lambda it: _ingress(it).update(allowInsecure=True),
        seen_by="insecure",
        said="without TLS",
    ),
    "secret in a variable": Mistake(
        change=lambda it: _container(it)["env"].append(
            {"name": "DB_PASSWORD", "value": "hunter2"}
        ),
        seen_by="secrets",
        said="DB_PASSWORD is plain text",
    ),
    "secret by value": Mistake(
        change=lambda it: _app(it)["configuration"].update(
            secrets=[{"name": "token", "value": "hunter2"}]
        ),
        seen_by="plain",
        said="has the value of token",
    ),
    "secret that may not be read": Mistake(
        change=_without_reader, seen_by="readable", said="may not read token"
    ),
    "metric that nobody has": Mistake(
        change=lambda it: _memory(it)["criteria"]["allOf"][0].update(
            metricName="MemoryUtilization"
        ),
        seen_by="measured",
        said="MemoryUtilization, which nobody has",
    ),
    "violations in a row of what has no time": Mistake(
        change=lambda it: _errors(it)["criteria"]["allOf"][0]["failingPeriods"].update(
            numberOfEvaluationPeriods=3
        ),
        seen_by="timed",
        said="counts 3 rows that have no time",
    ),
    "alert that tells nobody": Mistake(
        change=lambda it: _memory(it).update(actions=[]),
        seen_by="told",
        said="tells nobody",
    ),
    "log without retention": Mistake(
        change=lambda it: _workspace(it).pop("retentionInDays"),
        seen_by="logs",
        said="kept for ever",
    ),
    "no readiness probe": Mistake(
        change=lambda it: _container(it)["probes"].pop(),
        seen_by="health",
        said="nobody asks whether it is ready",
    ),
    "no liveness probe": Mistake(
        change=lambda it: _container(it)["probes"].pop(1),
        seen_by="health",
        said="nobody asks whether it lives",
    ),
    "no memory limit": Mistake(
        change=lambda it: _container(it)["resources"].pop("memory"),
        seen_by="limits",
        said="no memory limit",
    ),
    "a copy that does not say what it is": Mistake(
        change=_without_labels, seen_by="labels", said="slipway.model"
    ),
    "an app that does not say what it is": Mistake(
        change=lambda it: _app(it)["tags"].pop("slipway.version"),
        seen_by="labels",
        said="slipway.version",
    ),
    "alert that is off": Mistake(
        change=lambda it: _memory(it).update(enabled=False),
        seen_by="alerts",
        said="nobody is told of memory",
    ),
    "app that a command takes": Mistake(
        change=lambda it: setattr(it.only(APP), "protect", False),
        seen_by="prod",
        said="ContainerApp model: prod can lose it",
    ),
    "workspace that a command takes": Mistake(
        change=lambda it: setattr(it.only(_LOGS), "protect", False),
        seen_by="prod",
        said="Workspace model-environment: prod can lose it",
    ),
    "startup beyond ten probes": Mistake(
        change=lambda it: _probe(it).update(failureThreshold=60),
        seen_by="steps",
        said="out of bounds",
    ),
    "shares that are not all": Mistake(
        change=lambda it: _ingress(it)["traffic"][0].update(weight=90),
        seen_by="shares",
        said="shares out",
    ),
    "admin user": Mistake(
        change=lambda it: _registry(it).update(adminUserEnabled=True),
        seen_by="checkov",
        said="CKV_AZURE_137",
        of="registry",
    ),
    "pulls by anybody": Mistake(
        change=lambda it: _registry(it).update(anonymousPullEnabled=True),
        seen_by="checkov",
        said="CKV_AZURE_138",
        of="registry",
    ),
    "images kept for ever": Mistake(
        change=lambda it: _registry(it)["policies"]["retentionPolicy"].update(
            status="disabled"
        ),
        seen_by="tidied",
        said="keeps what no tag names",
        of="registry",
    ),
    "registry in one zone": Mistake(
        change=lambda it: _registry(it).update(zoneRedundancy="Disabled"),
        seen_by="checkov",
        said="CKV_AZURE_233",
        of="registry",
    ),
    "vault that can be purged": Mistake(
        change=lambda it: _vault(it)["properties"].update(enablePurgeProtection=False),
        seen_by="checkov",
        said="CKV_AZURE_110",
    ),
}
