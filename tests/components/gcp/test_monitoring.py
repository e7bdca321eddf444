"""How a service is watched in Google Cloud: the same alerts, as policies."""

from pathlib import Path
from typing import Any

import pytest

from components.alerts import Scope, alerts
from components.gcp.metrics import bounds, in_promql
from stacks.offline import Declaration
from stacks.offline.values import Secret, Unknown
from stacks.settings.monitoring import Thresholds
from tests.components.gcp.conftest import in_google

POLICY = "gcp:monitoring/alertPolicy:AlertPolicy"
METRIC = "gcp:logging/metric:Metric"
CHECK = "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig"
CHANNEL = "gcp:monitoring/notificationChannel:NotificationChannel"
_RUNBOOKS = Path(__file__).parents[3] / "docs" / "runbooks"
_SMALL = {"cpu": 1, "memory_mb": 512, "replicas": 2}


def policy(declared: Declaration, alert: str) -> dict[str, Any]:
    return declared.only(POLICY, f"model-watch-{alert}").inputs


def thresholds(declared: Declaration, alert: str) -> list[dict[str, Any]]:
    conditions = policy(declared, alert)["conditions"]
    return [one["conditionThreshold"] for one in conditions]


def query(declared: Declaration, alert: str) -> dict[str, Any]:
    (only,) = policy(declared, alert)["conditions"]
    return only["conditionPrometheusQueryLanguage"]


def raised(declared: Declaration) -> set[str]:
    labels = [one.inputs["userLabels"] for one in declared.all(POLICY)]
    return {one["slipway-alert"] for one in labels}


def test_every_alert_is_raised_that_can_be_told_here(full: Declaration) -> None:
    scope = Scope(stack="prod", replicas=2, thresholds=Thresholds(), upstream="s")
    names = {one.name for one in alerts(scope)}
    assert raised(full) == names - {"stale"}


def test_each_is_found_by_the_name_of_the_service_and_its_own(
    full: Declaration,
) -> None:
    for one in full.all(POLICY):
        name = one.inputs["userLabels"]["slipway-alert"]
        assert one.inputs["displayName"] == f"slipway-prod: {name}"


def test_each_says_what_is_wrong_and_what_to_do(full: Declaration) -> None:
    for one in full.all(POLICY):
        said = one.inputs["documentation"]["content"]
        sentence, _, runbook = said.partition("\n\n")
        assert "prod" in sentence
        assert "{{" not in sentence
        assert (_RUNBOOKS / Path(runbook).name).is_file()


def test_no_instance_at_all_is_a_service_that_is_down(plain: Declaration) -> None:
    (few,) = thresholds(plain, "down")
    assert few["filter"].endswith('"run.googleapis.com/container/instance_count"')
    assert (few["comparison"], few["thresholdValue"]) == ("COMPARISON_LT", 1)
    assert few["evaluationMissingData"] == "EVALUATION_MISSING_DATA_ACTIVE"
    # Without a minute, missing data is never looked at.
    assert few["duration"] == "60s"
    (fewer,) = thresholds(plain, "replicas")
    assert fewer["thresholdValue"] == 2


def test_what_everybody_reaches_is_asked_from_outside_too(
    plain: Declaration, full: Declaration
) -> None:
    assert not plain.all(CHECK)
    check = full.only(CHECK).inputs
    assert check["httpCheck"]["path"] == "/v2/health/ready"
    assert check["httpCheck"]["useSsl"] is True
    assert isinstance(check["monitoredResource"]["labels"]["host"], Unknown)
    assert len(thresholds(full, "down")) == 2
    assert policy(full, "down")["combiner"] == "OR"


def test_what_sleeps_is_not_down_and_is_not_kept_awake() -> None:
    public = {"public": True, "invokers": ["allUsers"], "idle_to_zero": True}
    asleep = in_google(service=_SMALL, platform=public)
    assert not asleep.all(CHECK)
    assert "replicas" not in raised(asleep)
    assert query(asleep, "down")["query"].endswith("< 1")
    assert asleep.only(METRIC, "model-watch-ready")


@pytest.mark.parametrize("alert", ["errors", "overload", "rejects", "latency"])
def test_few_requests_say_nothing(plain: Declaration, alert: str) -> None:
    what, enough = thresholds(plain, alert)
    assert policy(plain, alert)["combiner"] == "AND"
    assert (enough["comparison"], enough["thresholdValue"]) == ("COMPARISON_GT", 19)
    assert enough["aggregations"] == [
        {
            "alignmentPeriod": "300s",
            "perSeriesAligner": "ALIGN_DELTA",
            "crossSeriesReducer": "REDUCE_SUM",
        }
    ]
    assert what["aggregations"][0]["alignmentPeriod"] == "300s"


@pytest.mark.parametrize(
    ("alert", "codes", "limit"),
    [
        ("errors", 'response_code_class="5xx"', 0.01),
        ("overload", 'one_of("429","503")', 0.01),
        ("rejects", 'one_of("400","413","415","422")', 0.05),
    ],
)
def test_a_share_is_of_all_answers(
    plain: Declaration, alert: str, codes: str, limit: float
) -> None:
    some, _ = thresholds(plain, alert)
    assert codes in some["filter"]
    assert "response_code" not in some["denominatorFilter"]
    assert some["thresholdValue"] == limit


def test_limits_are_those_of_the_settings() -> None:
    limits = {"p99_ms": 50, "memory_share": 0.8, "data_drift_psi": 0.3}
    declared = in_google(service=_SMALL, monitoring={"thresholds": limits})
    assert thresholds(declared, "latency")[0]["thresholdValue"] == 50
    assert thresholds(declared, "memory")[0]["thresholdValue"] == 0.8
    assert query(declared, "drift")["query"].endswith("> 0.3")


@pytest.mark.parametrize(
    ("alert", "field", "edge"),
    [
        ("drift", "data_drift_psi_max", 0.2),
        ("throttled", "throttled_share", 0.25),
        ("version", "stray", 0.5),
    ],
)
def test_the_models_own_gauges_are_read_of_its_line(
    plain: Declaration, alert: str, field: str, edge: float
) -> None:
    metric = plain.only(METRIC, f"model-watch-{field}").inputs
    assert metric["valueExtractor"] == f"EXTRACT(jsonPayload.{field})"
    assert f"jsonPayload.{field}:*" in metric["filter"]
    assert edge in metric["bucketOptions"]["explicitBuckets"]["bounds"]
    series = in_promql(f"logging.googleapis.com/user/{metric['name']}")
    assert f"{series}_bucket" in query(plain, alert)["query"]
    assert query(plain, alert)["query"].endswith(f"> {edge:g}")


def test_an_alert_may_be_there_before_the_first_line(plain: Declaration) -> None:
    assert query(plain, "drift")["disableMetricValidation"] is True


def test_an_autoscalers_start_is_no_crash(plain: Declaration) -> None:
    metric = plain.only(METRIC, "model-watch-crashes").inputs
    assert 'log_id("run.googleapis.com/varlog/system")' in metric["filter"]
    assert "Starting new instance" not in metric["filter"]
    assert 'AND NOT textPayload:"Container called exit(0)"' in metric["filter"]
    assert query(plain, "restarts")["query"].endswith("[900s])) >= 3")


def test_a_contact_hears_what_it_asked_for(full: Declaration) -> None:
    mail, hook = full.all(CHANNEL)
    if mail.inputs["type"] != "email":
        mail, hook = hook, mail
    assert mail.inputs["labels"] == {"email_address": "ml@example.com"}
    assert hook.inputs["type"] == "webhook_tokenauth"
    assert isinstance(hook.inputs["labels"]["url"], Secret)
    for one in full.all(POLICY):
        urns = one.property_dependencies["notificationChannels"]
        page = one.inputs["severity"] == "CRITICAL"
        assert urns == [hook.urn if page else mail.urn]


@pytest.mark.parametrize("edge", [0.2, 0.25, 0.5, 1, 7.5])
def test_bounds_grow_and_have_the_edge_among_them(edge: float) -> None:
    found = bounds(edge)
    assert edge in found
    assert found == sorted({*found})
