"""How a service is watched in Azure: the same alerts, in two spellings."""

import json
import re
from typing import Any

import pytest

from components.alerts import Scope, alerts
from stacks.offline import Declaration
from stacks.offline.values import Secret
from stacks.settings.monitoring import Thresholds
from tests.components.azure.conftest import PLAIN, in_azure

METRIC = "azure-native:monitor:MetricAlert"
QUERY = "azure-native:monitor:ScheduledQueryRule"
GROUP = "azure-native:monitor:ActionGroup"


def _criterion(declaration: Declaration, name: str) -> dict[str, Any]:
    (found,) = declaration.only(METRIC, f"model-watch-{name}").inputs["criteria"][
        "allOf"
    ]
    return found


def _condition(declaration: Declaration, name: str) -> dict[str, Any]:
    (found,) = declaration.only(QUERY, f"model-watch-{name}").inputs["criteria"][
        "allOf"
    ]
    return found


def test_every_alert_but_one_of_two_stacks_is_raised(plain: Declaration) -> None:
    scope = Scope(stack="prod", replicas=2, thresholds=Thresholds(), upstream="s")
    raised = {
        one.inputs["tags"]["slipway.alert"]
        for kind in (METRIC, QUERY)
        for one in plain.all(kind)
    }
    assert raised == {one.name for one in alerts(scope)} - {"stale"}


@pytest.mark.parametrize(
    ("name", "metric", "operator", "limit"),
    [
        ("replicas", "Replicas", "LessThan", 2),
        ("memory", "MemoryPercentage", "GreaterThan", 90),
    ],
)
def test_what_azure_measures_is_a_metric_alert(
    plain: Declaration, name: str, metric: str, operator: str, limit: float
) -> None:
    found = _criterion(plain, name)
    assert (found["metricName"], found["operator"]) == (metric, operator)
    assert found["threshold"] == limit
    assert found["metricNamespace"] == "microsoft.app/containerapps"


def test_what_the_server_says_is_a_query_of_its_lines(plain: Declaration) -> None:
    found = _condition(plain, "errors")
    assert 'ContainerAppName_s == "slipway-prod"' in found["query"]
    assert "some = sum(todouble(told.errors))" in found["query"]
    assert "where every >= 20" in found["query"]
    assert (found["operator"], found["threshold"]) == ("GreaterThan", 0.01)


def test_silence_is_down(plain: Declaration) -> None:
    found = _condition(plain, "down")
    steps = found["query"].splitlines()
    assert steps[-2].startswith("| summarize value = max(value)")
    assert " by " not in steps[-2]  # which has a row of nothing too
    assert steps[-1] == "| extend value = coalesce(value, 0.0)"
    assert (found["operator"], found["threshold"]) == ("LessThan", 1)


def test_what_has_to_last_is_the_mildest_of_its_minutes() -> None:
    thresholds = {"patience_s": 170}
    declared = in_azure(monitoring={"thresholds": thresholds}, **PLAIN)
    found = _condition(declared, "drift")
    query = found["query"]
    assert "where minute <= 3" in query
    assert "summarize value = min(value), minutes = count()" in query
    assert query.endswith("where isnotnull(value) and minutes == 3")
    assert "where TimeGenerated > ago(470s)" in _condition(declared, "errors")["query"]
    assert found["failingPeriods"]["numberOfEvaluationPeriods"] == 1


def test_a_rule_looks_at_more_than_its_query(plain: Declaration) -> None:
    for one in plain.all(QUERY):
        (condition,) = one.inputs["criteria"]["allOf"]
        (seconds,) = re.findall(r"ago\((\d+)s\)", condition["query"])
        minutes = re.fullmatch(r"PT(\d+)M", one.inputs["windowSize"])
        assert minutes
        assert int(seconds) < 60 * int(minutes[1])


def test_restarts_are_those_of_one_copy_in_a_while(plain: Declaration) -> None:
    """What Azure counts only grows, and a rollout of three begins three."""
    found = _condition(plain, "restarts")
    steps = found["query"].splitlines()
    assert "| where TimeGenerated > ago(900s)" in steps
    assert steps[-3:-1] == [
        "| summarize value = sum(todouble(told.starts)) by ContainerGroupName_s",
        "| summarize value = max(value)",
    ]
    assert (found["operator"], found["threshold"]) == ("GreaterThanOrEqual", 3)


def test_an_app_that_may_sleep_is_not_down_when_it_does() -> None:
    dev = in_azure(
        tier="dev",
        upstream=None,
        image=None,
        package="model_image/example/package",
        platform={"idle_to_zero": True},
        **PLAIN,
    )
    assert "coalesce" not in _condition(dev, "down")["query"]
    assert not [one for one in dev.all(METRIC) if one.name.endswith("replicas")]


def test_thresholds_are_the_settings(full: Declaration) -> None:
    assert _condition(full, "latency")["threshold"] == 50


def test_a_table_that_is_not_there_yet_is_no_reason_to_refuse(
    plain: Declaration,
) -> None:
    assert all(one.inputs["skipQueryValidation"] for one in plain.all(QUERY))


def test_whom_an_alert_wakes_up_follows_from_its_severity(full: Declaration) -> None:
    page, ticket = (full.only(GROUP, f"model-watch-{s}") for s in ("page", "ticket"))
    down = full.only(QUERY, "model-watch-down")
    drift = full.only(QUERY, "model-watch-drift")
    assert page.urn in down.needs()
    assert ticket.urn in drift.needs()
    assert (down.inputs["severity"], drift.inputs["severity"]) == (1, 3)
    assert page.inputs["emailReceivers"] == []
    (hook,) = page.inputs["webhookReceivers"]
    assert isinstance(hook["serviceUri"], Secret)
    (mail,) = ticket.inputs["emailReceivers"]
    assert mail["emailAddress"] == "ml@example.com"


def test_an_alert_says_what_is_wrong_and_what_to_do(plain: Declaration) -> None:
    text = plain.only(QUERY, "model-watch-down").inputs["description"]
    assert text == (
        "prod does not answer: no replica of it takes requests. docs/runbooks/down.md"
    )


def test_rules_wait_for_the_app_they_are_of(plain: Declaration) -> None:
    app = plain.only("azure-native:app:ContainerApp")
    assert app.urn in plain.only(METRIC, "model-watch-memory").dependencies


def test_the_workbook_has_nine_panels(full: Declaration) -> None:
    book = full.only("azure-native:applicationinsights:Workbook").inputs
    panels = json.loads(book["serializedData"])["items"]
    titles = [one["content"]["title"] for one in panels]
    assert len(titles) == 9
    assert titles[2] == "99th percentile, ms (limit 50)"
    assert titles[6] == "Copies (at least 2)"
