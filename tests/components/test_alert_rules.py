"""Each alert is raised by what it is for, told in a sentence, and not without it."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.alerts import Scope, alerts
from components.prometheus import rules
from stacks.settings.monitoring import Thresholds
from tests.components.promtool import built, judged

PROD = Scope(stack="prod", replicas=2, thresholds=Thresholds(), upstream="staging")
OWN = 'stack="prod",role="replica",instance="a"'
WORK = f'slipway_requests_total{{{OWN},route="predict",code='
MODEL = f'slipway_model_info{{{OWN},name="wine",version="1.0.0"}}'
RELEASE = f'slipway_release_info{{{OWN},name="wine",version="1.0.0"}}'
THEIRS = 'slipway_model_info{stack="staging",name="wine",version='
OTHER = OWN.replace('"a"', '"b"')

pytestmark = pytest.mark.docker


@dataclass(frozen=True)
class Case:
    """Series, a value each 15 seconds for ten minutes, and what is told of them."""

    series: dict[str, str]
    told: str
    labels: dict[str, str] = field(default_factory=dict)
    quiet: dict[str, str] = field(default_factory=dict)
    """Of these instead, nothing is."""
    interval: str = "15s"
    moment: str = "10m"


def answers(code: str, share: int) -> dict[str, str]:
    """So many of a hundred requests have this code."""
    return {
        f'{WORK}"200"}}': f"0+{100 - share}x40",
        f'{WORK}"{code}"}}': f"0+{share}x40",
    }


def times(slow: int) -> dict[str, str]:
    """So many of a hundred answers take more than a tenth of a second."""
    bucket = f'slipway_request_duration_seconds_bucket{{{OWN},route="predict",le='
    return {
        f'{bucket}"0.1"}}': f"0+{100 - slow}x40",
        f'{bucket}"10"}}': "0+100x40",
        f'{bucket}"+Inf"}}': "0+100x40",
        f"slipway_model_row_seconds{{{OWN}}}": "0.001x40",
        f'{WORK}"200"}}': "0+100x40",
    }


IN_ROTATION = (
    'haproxy_backend_active_servers{stack="prod",role="edge",proxy="replicas"}'
)
EDGE = 'up{stack="prod",role="edge",instance="e"}'
CASES = {
    "down": Case(
        {IN_ROTATION: "1x20 0x20"},
        "prod does not answer: no replica of it takes requests.",
        quiet={IN_ROTATION: "1x10 0 1x30"},
    ),
    "replicas": Case(
        {f"slipway_ready{{{OWN}}}": "1x40", f"slipway_ready{{{OTHER}}}": "0x40"},
        "prod has 1 ready replicas where its file asks for 2.",
        quiet={f"slipway_ready{{{OWN}}}": "1x40", f"slipway_ready{{{OTHER}}}": "1x40"},
    ),
    "errors": Case(
        answers("500", 10),
        "10% of prod's answers are errors of its own; its log has each under its id.",
        quiet=answers("503", 10),
    ),
    "overload": Case(
        answers("503", 10),
        "prod refuses 10% of its requests, for there are more than it can answer in "
        "time.",
        quiet=answers("500", 10),
    ),
    "rejects": Case(
        answers("422", 10),
        "10% of the requests to prod are refused because of what is in them.",
        quiet=answers("422", 4),
    ),
    "latency": Case(
        times(100),
        "One in a hundred answers of prod takes longer than 9.901s.",
        quiet=times(0),
    ),
    "memory": Case(
        {
            f"slipway_container_memory_working_set_bytes{{{OWN}}}": "95x40",
            f"slipway_container_memory_limit_bytes{{{OWN}}}": "100x40",
        },
        "A replica of prod uses 95% of its memory; at all of it, it is killed.",
        {"role": "replica", "instance": "a"},
        quiet={
            f"slipway_container_memory_working_set_bytes{{{OWN}}}": "85x40",
            f"slipway_container_memory_limit_bytes{{{OWN}}}": "100x40",
        },
    ),
    "throttled": Case(
        {f"slipway_container_cpu_throttled_seconds_total{{{OWN}}}": "0+6x40"},
        "A replica of prod is held up by its processor limit for 40% of the time.",
        {"role": "replica", "instance": "a"},
        quiet={f"slipway_container_cpu_throttled_seconds_total{{{OWN}}}": "0+1x40"},
    ),
    "restarts": Case(
        {f"process_start_time_seconds{{{OWN}}}": "1x9 60x9 120x9 180x13"},
        "A replica of prod started 3 times in 15 minutes.",
        {"role": "replica", "instance": "a"},
        quiet={f"process_start_time_seconds{{{OWN}}}": "1x20 60x20"},
    ),
    "drift": Case(
        {f'slipway_data_drift_psi{{{OWN},kind="input",feature="ash"}}': "0.5x40"},
        "The input ash of prod is not distributed as in training (PSI 0.50).",
        {"kind": "input", "feature": "ash"},
        quiet={f'slipway_data_drift_psi{{{OWN},kind="input",feature="ash"}}': "0.1x40"},
    ),
    "version": Case(
        {MODEL: "1x40", RELEASE.replace("1.0.0", "2.0.0"): "1x40"},
        "prod answers with a version that was not promoted to it: a replica has wine "
        "1.0.0.",
        {"instance": "a", "name": "wine", "version": "1.0.0"},
        quiet={MODEL: "1x40", RELEASE: "1x40"},
    ),
    "stale": Case(
        {MODEL: "1x3000", f'{THEIRS}"1.1.0"}}': "1x3000"},
        "prod still has 1.0.0, and staging another version for 7 days.",
        {"version": "1.0.0"},
        quiet={MODEL: "1x3000", f'{THEIRS}"1.0.0"}}': "1x3000"},
        interval="4m",
        moment="8d",
    ),
}
ALERTS = {one.name: one for one in alerts(PROD)}


@pytest.fixture(scope="module")
def prometheus() -> str:
    return built("prometheus")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The rules of prod, where the judge can read them."""
    tmp_path.chmod(0o755)
    text = yaml.safe_dump(rules(PROD, "https://runbooks", 15))
    (tmp_path / "rules.yml").write_text(text)
    return tmp_path


def judgement(prometheus: str, folder: Path, *tests: dict[str, Any]) -> str:
    """Empty where the rules do what these tests say."""
    written = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": tests[0]["interval"],
        "tests": list(tests),
    }
    (folder / "tests.yml").write_text(yaml.safe_dump(written))
    said = judged(prometheus, folder, "promtool", "test", "rules", "/judged/tests.yml")
    return "" if said.returncode == 0 else said.stdout + said.stderr


def about(name: str, series: dict[str, str], told: str | None) -> dict[str, Any]:
    """One test of promtool: what these series make of this alert."""
    case, alert = CASES[name], ALERTS[name]
    raised = {
        "exp_labels": {"stack": "prod", "severity": alert.severity, **case.labels},
        "exp_annotations": {
            "summary": told,
            "runbook": f"https://runbooks/{name}.md",
        },
    }
    return {
        "interval": case.interval,
        "input_series": [
            {"series": one, "values": values} for one, values in series.items()
        ],
        "alert_rule_test": [
            {
                "eval_time": case.moment,
                "alertname": f"slipway_{name}",
                "exp_alerts": [raised] if told else [],
            }
        ],
    }


def test_promtool_finds_nothing_wrong_with_the_rules(prometheus: str, folder: Path):
    said = judged(prometheus, folder, "promtool", "check", "rules", "/judged/rules.yml")

    assert said.returncode == 0, said.stderr
    assert f"{len(ALERTS)} rules found" in said.stdout


def test_there_is_a_case_for_every_alert():
    assert CASES.keys() == ALERTS.keys()


@pytest.mark.parametrize("name", CASES)
def test_an_alert_is_raised_by_its_fault_and_not_without(
    prometheus: str, folder: Path, name: str
):
    case = CASES[name]

    problem = judgement(
        prometheus,
        folder,
        about(name, case.series, case.told),
        about(name, case.quiet, None),
        about(name, {}, None),
    )

    assert problem == ""


@pytest.mark.parametrize("name", ["errors", "overload", "rejects", "latency"])
def test_a_handful_of_requests_wakes_nobody(prometheus: str, folder: Path, name: str):
    few = {
        series: values.replace("0+100x", "0+0.5x").replace("0+10x", "0+0.05x")
        for series, values in CASES[name].series.items()
        if not series.startswith(f'{WORK}"200"') or name == "latency"
    }

    assert judgement(prometheus, folder, about(name, few, None)) == ""


def test_replicas_without_an_edge_are_as_good_as_none(prometheus: str, folder: Path):
    series = {f"slipway_ready{{{OWN}}}": "1x40", EDGE: "0x40"}

    told = about("down", series, CASES["down"].told)

    assert judgement(prometheus, folder, told) == ""


def test_several_versions_at_once_are_one_too_many(prometheus: str, folder: Path):
    new = {
        one.replace("1.0.0", "1.1.0").replace('"a"', '"b"'): "1x40"
        for one in (MODEL, RELEASE)
    }
    told = about(
        "version",
        {MODEL: "1x40", RELEASE: "1x40"} | new,
        "prod answers with a version that was not promoted to it: its replicas have 2 "
        "versions.",
    )
    for each in ("instance", "name", "version"):
        del told["alert_rule_test"][0]["exp_alerts"][0]["exp_labels"][each]

    assert judgement(prometheus, folder, told) == ""


def test_a_replacement_is_not_two_versions_for_long_enough(
    prometheus: str, folder: Path
):
    new = {
        one.replace("1.0.0", "1.1.0").replace('"a"', '"b"') for one in (MODEL, RELEASE)
    }
    series = {MODEL: "1x38 _x2", RELEASE: "1x38 _x2"} | dict.fromkeys(new, "_x36 1x4")

    assert judgement(prometheus, folder, about("version", series, None)) == ""


@pytest.fixture
def clusters(tmp_path: Path) -> Path:
    """The rules of prod where it runs in a cluster, without an edge."""
    tmp_path.chmod(0o755)
    pods = 'namespace="ml",container="model",pod=~"wine-.+"'
    text = yaml.safe_dump(rules(replace(PROD, pods=pods), "https://runbooks", 15))
    (tmp_path / "rules.yml").write_text(text)
    return tmp_path


def test_promtool_finds_nothing_wrong_with_the_rules_of_a_cluster(
    prometheus: str, clusters: Path
):
    words = ("promtool", "check", "rules", "/judged/rules.yml")
    said = judged(prometheus, clusters, *words)

    assert said.returncode == 0, said.stderr


@pytest.mark.parametrize(
    "series",
    [{}, {f"slipway_ready{{{OWN}}}": "0x40", f"slipway_ready{{{OTHER}}}": "0x40"}],
    ids=["no pod", "none ready"],
)
def test_in_a_cluster_a_service_without_a_ready_pod_is_down(
    prometheus: str, clusters: Path, series: dict[str, str]
):
    told = about("down", series, CASES["down"].told)
    one_ready = {f"slipway_ready{{{OWN}}}": "1x40", f"slipway_ready{{{OTHER}}}": "0x40"}

    assert judgement(prometheus, clusters, told, about("down", one_ready, None)) == ""


def test_in_a_cluster_restarts_between_two_looks_count_too(
    prometheus: str, clusters: Path
):
    pod = 'namespace="ml",container="model",pod="wine-1"'
    counted = f"kube_pod_container_status_restarts_total{{{pod}}}"
    raised = about("restarts", {counted: "0+1x40"}, None)
    raised["promql_expr_test"] = [
        {
            "expr": 'count(ALERTS{alertname="slipway_restarts",alertstate="firing"})',
            "eval_time": "10m",
            "exp_samples": [{"value": 1}],
        }
    ]
    del raised["alert_rule_test"]
    few = about("restarts", {counted: "0x20 1x20"}, None)

    assert judgement(prometheus, clusters, raised, few) == ""
