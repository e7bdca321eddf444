"""What no model of Azure's says: the rules of every platform, and Azure's own."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from components.azure.roles import PULL, READ_SECRET
from stacks import rules as book
from stacks.offline import Declaration
from stacks.offline.values import Secret
from stacks.rules import Asked
from tests.components.azure.conftest import APP, JOB

MEASURED = frozenset(
    {
        "CoresQuotaUsed",
        "CpuPercentage",
        "MemoryPercentage",
        "Replicas",
        "Requests",
        "ResponseTime",
        "RestartCount",
        "RxBytes",
        "TxBytes",
        "UsageNanoCores",
        "WorkingSetBytes",
    }
)
"""
learn.microsoft.com: "Supported metrics for Microsoft.App/containerapps", but for those
of Java and of GPUs.
"""
_WINDOWS = {
    "MetricAlert": ("PT1M", "PT5M", "PT15M", "PT30M", "PT1H", "PT6H", "PT12H", "P1D"),
    "ScheduledQueryRule": (
        *(f"PT{minutes}M" for minutes in (1, 5, 10, 15, 30, 45)),
        *(f"PT{hours}H" for hours in range(1, 7)),
        "P1D",
        "P2D",
    ),
}
_NAME = re.compile(r"^[a-z](?!.*--)[a-z0-9-]{0,30}[a-z0-9]$")
_MONITOR = "azure-native:monitor"
PROD = Asked(kind="azure", tier="prod", public=False, replicas=2)
Rule = Callable[[Declaration], Iterator[str]]


def broken(declaration: Declaration, asked: Asked = PROD) -> list[str]:
    """What is wrong, by the name of the rule that says so."""
    everywhere = book.broken(book.read(declaration.resources, asked), asked)
    return [
        *(f"{one.rule}: {one.resource}: {one.sentence}" for one in everywhere),
        *(f"{rule.__name__}: {one}" for rule in _RULES for one in rule(declaration)),
    ]


def _copies(declaration: Declaration) -> Iterator[tuple[Any, Any]]:
    for kind in (APP, JOB):
        for one in declaration.all(kind):
            for container in one.inputs["template"]["containers"]:
                yield one, container


def insecure(declaration: Declaration) -> Iterator[str]:
    """Nothing is said without TLS."""
    for one in declaration.all(APP):
        ingress = one.inputs["configuration"].get("ingress") or {}
        if ingress.get("allowInsecure") is not False:
            yield f"{one.name} answers without TLS"


def pulled(declaration: Declaration) -> Iterator[str]:
    """Who pulls may pull, and waits until that is so."""
    roles = declaration.all("azure-native:authorization:RoleAssignment")
    allowed = [one for one in roles if one.inputs["roleDefinitionId"].endswith(PULL)]
    for one in declaration.all(APP):
        for registry in one.inputs["configuration"]["registries"]:
            if "identity" not in registry:
                continue
            if not any(role.urn in one.dependencies for role in allowed):
                yield f"{one.name} pulls from {registry['server']} without AcrPull"
    for role in roles:
        if role.inputs.get("principalType") != "ServicePrincipal":
            yield f"{role.name} does not say what its principal is"


def plain(declaration: Declaration) -> Iterator[str]:
    """No secret is a value, in an app or in a variable."""
    for one in (*declaration.all(APP), *declaration.all(JOB)):
        for secret in one.inputs["configuration"].get("secrets") or ():
            if "value" in secret or not secret.get("identity"):
                yield f"{one.name} has the value of {secret['name']}"
    for one, container in _copies(declaration):
        for variable in container["env"]:
            if isinstance(variable.get("value"), Secret):
                yield f"{one.name} is told {variable['name']} in the open"


def readable(declaration: Declaration) -> Iterator[str]:
    """Each secret of the vault may be read, by role and one by one."""
    roles = declaration.all("azure-native:authorization:RoleAssignment")
    scopes = {
        role.inputs["scope"].rpartition("/secrets/")[2]
        for role in roles
        if role.inputs["roleDefinitionId"].endswith(READ_SECRET)
        and "/secrets/" in role.inputs["scope"]
    }
    for one in declaration.all(APP):
        for secret in one.inputs["configuration"].get("secrets") or ():
            if secret.get("keyVaultUrl", "").split("/secrets/")[-1] not in scopes:
                yield f"{one.name} may not read {secret['name']}"


def tidied(declaration: Declaration) -> Iterator[str]:
    """A registry that can removes what no tag names, and is safe from one command."""
    for one in declaration.all("azure-native:containerregistry:Registry"):
        policies = one.inputs.get("policies") or {}
        status = (policies.get("retentionPolicy") or {}).get("status")
        if one.inputs["sku"]["name"] == "Premium" and status != "enabled":
            yield f"{one.name} keeps what no tag names"
        if not one.protect:
            yield f"{one.name} goes by one command"


def measured(declaration: Declaration) -> Iterator[str]:
    """An alert is of a metric that there is, over a time that Azure has."""
    for one in declaration.all(f"{_MONITOR}:MetricAlert"):
        for criterion in one.inputs["criteria"]["allOf"]:
            if criterion["metricName"] not in MEASURED:
                yield f"{one.name} is of {criterion['metricName']}, which nobody has"
    for kind, windows in _WINDOWS.items():
        for one in declaration.all(f"{_MONITOR}:{kind}"):
            if one.inputs["windowSize"] not in windows:
                yield f"{one.name} looks at {one.inputs['windowSize']}"


def timed(declaration: Declaration) -> Iterator[str]:
    """
    A query is judged several times in a row only where its rows have a time.

    learn.microsoft.com, of `numberOfEvaluationPeriods`: 1 where the query does not
    project a column of time.
    """
    for one in declaration.all(f"{_MONITOR}:ScheduledQueryRule"):
        for condition in one.inputs["criteria"]["allOf"]:
            steps = condition["query"].splitlines()
            last = [
                step for step in steps if re.match(r"\| (summarize|project) ", step)
            ]
            periods = condition["failingPeriods"]["numberOfEvaluationPeriods"]
            if periods > 1 and "TimeGenerated" not in last[-1]:
                yield f"{one.name} counts {periods} rows that have no time"


def told(declaration: Declaration) -> Iterator[str]:
    """An alert reaches somebody."""
    for one in declaration.all(f"{_MONITOR}:MetricAlert"):
        if not one.inputs.get("actions"):
            yield f"{one.name} tells nobody"
    for one in declaration.all(f"{_MONITOR}:ScheduledQueryRule"):
        if not (one.inputs.get("actions") or {}).get("actionGroups"):
            yield f"{one.name} tells nobody"


def named(declaration: Declaration) -> Iterator[str]:
    """Names are within what Azure takes."""
    for kind, key in ((APP, "containerAppName"), (JOB, "jobName")):
        for one in declaration.all(kind):
            if not _NAME.match(one.inputs[key]):
                yield f"{one.name} is called {one.inputs[key]}"
    for one in declaration.all("azure-native:keyvault:Vault"):
        if not re.match(r"^[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$", _vault(one)):
            yield f"{one.name} is called {_vault(one)}"
    for one in declaration.all(f"{_MONITOR}:ActionGroup"):
        if len(one.inputs["groupShortName"]) > 12:
            yield f"{one.name} is {one.inputs['groupShortName']} for short"


def steps(declaration: Declaration) -> Iterator[str]:
    """Probes are within what Azure asks, and each kind is there once."""
    for one in declaration.all(APP):
        for container in one.inputs["template"]["containers"]:
            kinds = sorted(probe["type"] for probe in container["probes"])
            if kinds != ["Liveness", "Readiness", "Startup"]:
                yield f"{one.name} is asked {', '.join(kinds)}"
            for probe in container["probes"]:
                within = 1 <= probe["periodSeconds"] <= 240
                if not within or not 1 <= probe["failureThreshold"] <= 10:
                    yield f"{one.name}: {probe['type']} is out of bounds"


def shares(declaration: Declaration) -> Iterator[str]:
    """Every request goes somewhere."""
    for one in declaration.all(APP):
        traffic = (one.inputs["configuration"].get("ingress") or {}).get("traffic", [])
        if sum(share["weight"] for share in traffic) != 100:
            yield f"{one.name} shares out {traffic}"


def _vault(vault: Any) -> str:
    return vault.inputs["vaultName"]


_RULES: tuple[Rule, ...] = (
    insecure,
    pulled,
    plain,
    readable,
    tidied,
    measured,
    timed,
    told,
    named,
    steps,
    shares,
)
