"""
What each alert becomes on each platform, and who found which planted mistake.

`python -m tests.components.cloud_tables` writes both into docs/clouds.md.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from components.alerts import Scope, alerts
from stacks.offline import Declaration
from stacks.settings.monitoring import Thresholds
from tests.components.aws.conftest import PLAIN as AWS
from tests.components.aws.conftest import in_aws
from tests.components.aws.test_planted import PLANTED as PLANTED_IN_AWS
from tests.components.azure.conftest import PLAIN as AZURE
from tests.components.azure.conftest import in_azure
from tests.components.azure.planted import MISTAKES as PLANTED_IN_AZURE
from tests.components.gcp.conftest import FULL as FULL_IN_GOOGLE
from tests.components.gcp.conftest import PLAIN as GOOGLE
from tests.components.gcp.conftest import in_google
from tests.components.gcp.rules import by_judge
from tests.components.gcp.test_planted import PLANTED as PLANTED_IN_GOOGLE

FILE = Path(__file__).parents[2] / "docs" / "clouds.md"
HEAD = ("alert", "one machine, Kubernetes", "AWS", "Google Cloud", "Azure")
_SIGNS = {
    "LessThanThreshold": "<",
    "GreaterThanThreshold": ">",
    "COMPARISON_LT": "<",
    "COMPARISON_GT": ">",
    "LessThan": "<",
    "GreaterThan": ">",
    "GreaterThanOrEqual": ">=",
}
_NOT_RAISED = {
    "stale": "not raised: no rule compares two stacks; `status` shows both versions"
}
Found = dict[str, str]


def alert_rows() -> list[tuple[str, ...]]:
    """The table's rows; a cell is empty where an alert became nothing."""
    scope = Scope(stack="prod", replicas=2, thresholds=Thresholds(), upstream="staging")
    clouds = [
        _aws(in_aws(**AWS)),
        _google(in_google(**GOOGLE)),
        _azure(in_azure(**AZURE)),
    ]
    told = []
    for alert in alerts(scope):
        cells = [one.get(alert.name, _NOT_RAISED.get(alert.name, "")) for one in clouds]
        prometheus = f"rule on {_names(alert.expression, _PROMETHEUS)}"
        told.append((f"`{alert.name}` ({alert.severity})", prometheus, *cells))
    return told


def planted_rows() -> list[tuple[str, ...]]:
    """Cloud, mistake, and who found it."""
    return [
        *(("AWS", name, _finder(one[3])) for name, one in PLANTED_IN_AWS.items()),
        *(("Google Cloud", name, finder) for name, finder in _found_in_google()),
        *(
            ("Azure", name, _judge(one.seen_by))
            for name, one in PLANTED_IN_AZURE.items()
        ),
    ]


def tables() -> dict[str, str]:
    """By the name that their marks have."""
    return {
        "alerts": _table(HEAD, alert_rows()),
        "planted": _table(("cloud", "mistake", "found by"), planted_rows()),
    }


def within(text: str, name: str) -> str:
    """What stands between a table's marks."""
    return (
        text.partition(f"<!-- {name} -->")[2].partition(f"<!-- /{name} -->")[0].strip()
    )


def main() -> None:
    """Put each table between its marks."""
    text = FILE.read_text()
    for name, table in tables().items():
        before, mark, rest = text.partition(f"<!-- {name} -->")
        end = f"<!-- /{name} -->"
        text = f"{before}{mark}\n\n{table}\n\n{end}{rest.partition(end)[2]}"
    FILE.write_text(text)


def _table(head: tuple[str, ...], lines: list[tuple[str, ...]]) -> str:
    every = [head, tuple("---" for _ in head), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in every)


def _found_in_google() -> Iterator[tuple[str, str]]:
    platform = {**FULL_IN_GOOGLE["platform"], "public": False, "invokers": []}
    right = in_google(**{**FULL_IN_GOOGLE, "platform": platform})
    for name, (plant, told) in PLANTED_IN_GOOGLE.items():
        declared = deepcopy(right)
        plant(declared)
        heard = by_judge(declared).items()
        yield name, next(judge for judge, found in heard if told in "\n".join(found))


def _judge(seen_by: str) -> str:
    return seen_by if seen_by in ("sdk", "checkov") else f"rule {seen_by}"


def _finder(found: str) -> str:
    return found.partition(":")[0]


_PROMETHEUS = re.compile(r"\b((?:slipway|haproxy|process|kube)_[a-z_]+)\b")
_GOOGLE = re.compile(r"metric\.type=\"([^\"]+)\"|(user_slipway_slipway_prod_[a-z_]+)")
_AZURE = re.compile(r"told\.([a-z0-9_]+)")


def _names(text: str, pattern: re.Pattern[str]) -> str:
    found = [
        "".join(one) if isinstance(one, tuple) else one for one in pattern.findall(text)
    ]
    return ", ".join(f"`{one}`" for one in dict.fromkeys(found))


def _aws(declaration: Declaration) -> Found:
    found: Found = {}
    for one in declaration.all("aws:cloudwatch/metricAlarm:MetricAlarm"):
        queries = one.inputs["metricQueries"]
        metrics = [
            query["metric"]["metricName"] for query in queries if "metric" in query
        ]
        named = ", ".join(f"`{name}`" for name in metrics)
        sign = _SIGNS[one.inputs["comparisonOperator"]]
        name = one.inputs["tags"]["slipway.alert"]
        found[name] = f"alarm: {named} {sign} {one.inputs['threshold']:g}"
    for one in declaration.all("aws:cloudwatch/eventRule:EventRule"):
        pattern = json.loads(one.inputs["eventPattern"])
        found[one.name.rpartition("-")[2]] = f"event: {pattern['detail-type'][0]}"
    return found


def _google(declaration: Declaration) -> Found:
    def told(policy: Mapping[str, Any]) -> Iterable[str]:
        for one in policy["conditions"]:
            threshold = one.get("conditionThreshold")
            if threshold:
                sign = _SIGNS[threshold["comparison"]]
                names = _names(threshold["filter"], _GOOGLE)
                yield f"{names} {sign} {threshold.get('thresholdValue', 0):g}"
            else:
                query = one["conditionPrometheusQueryLanguage"]["query"]
                names = _names(query, _GOOGLE).replace("user_slipway_slipway_prod_", "")
                yield f"log metric {names} {' '.join(query.split()[-2:])}"

    return _each(
        declaration,
        ["gcp:monitoring/alertPolicy:AlertPolicy"],
        lambda one: one["userLabels"]["slipway-alert"],
        lambda one: f"policy: {' and '.join(told(one))}",
    )


def _azure(declaration: Declaration) -> Found:
    def told(rule: Mapping[str, Any]) -> str:
        (one,) = rule["criteria"]["allOf"]
        what = f"metric: `{one['metricName']}`" if "metricName" in one else ""
        what = (
            what
            or f"log query: {_names(one['query'], _AZURE).replace('`event`, ', '')}"
        )
        return f"{what} {_SIGNS[one['operator']]} {one['threshold']:g}"

    return _each(
        declaration,
        [
            "azure-native:monitor:MetricAlert",
            "azure-native:monitor:ScheduledQueryRule",
        ],
        lambda one: one["tags"]["slipway.alert"],
        told,
    )


def _each(
    declaration: Declaration,
    types: list[str],
    name: Callable[[Mapping[str, Any]], str],
    told: Callable[[Mapping[str, Any]], str],
) -> Found:
    every = [one.inputs for type in types for one in declaration.all(type)]
    return {name(one): told(one) for one in every}


if __name__ == "__main__":
    main()
