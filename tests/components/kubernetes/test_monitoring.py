"""How a service is watched in a cluster: the same alerts, in two spellings."""

import json
from typing import Any

import yaml

from components.alerts import Scope, alerts
from stacks.offline import Declaration
from stacks.settings.monitoring import Thresholds
from tests.components.kubernetes.conftest import DEPLOYMENT, in_cluster

MAP = "kubernetes:core/v1:ConfigMap"
RULE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
MONITOR = "kubernetes:monitoring.coreos.com/v1:PodMonitor"


def _names(rules: dict[str, Any]) -> list[str]:
    return [rule["alert"] for group in rules["groups"] for rule in group["rules"]]


def _expected() -> list[str]:
    scope = Scope(
        stack="prod", replicas=2, thresholds=Thresholds(), upstream="s", pods="x"
    )
    return [f"slipway_{one.name}" for one in alerts(scope)]


def test_with_the_operator_there_are_objects_of_its_kinds(full: Declaration) -> None:
    rules, monitor = full.only(RULE).inputs, full.only(MONITOR).inputs
    assert _names(rules["spec"]) == _expected()
    assert rules["metadata"]["labels"]["release"] == "monitoring"
    assert monitor["metadata"]["labels"]["release"] == "monitoring"
    assert monitor["spec"]["podTargetLabels"] == ["stack", "role"]


def test_the_operator_finds_the_pods_and_their_port(full: Declaration) -> None:
    monitor = full.only(MONITOR).inputs["spec"]
    template = full.only(DEPLOYMENT, "model").inputs["spec"]["template"]
    labels = template["metadata"]["labels"]
    assert monitor["selector"]["matchLabels"].items() <= labels.items()
    (container,) = template["spec"]["containers"]
    names = [port["name"] for port in container["ports"]]
    assert monitor["podMetricsEndpoints"][0]["port"] in names


def test_without_it_pods_are_annotated_and_the_rules_are_a_file(
    plain: Declaration,
) -> None:
    metadata = plain.only(DEPLOYMENT).inputs["spec"]["template"]["metadata"]
    assert metadata["annotations"] == {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": "9090",
        "prometheus.io/path": "/metrics",
    }
    rules = plain.only(MAP, "model-alerts").inputs["data"]["rules.yaml"]
    assert _names(yaml.safe_load(rules)) == _expected()
    assert not plain.all(RULE)


def test_a_canary_is_not_scraped(full: Declaration) -> None:
    canary = in_cluster(
        canary={"version": "1.5.0", "digest": f"sha256:{'cd' * 32}", "weight": 10}
    ).only(DEPLOYMENT, "model-canary")
    template = canary.inputs["spec"]["template"]["metadata"]
    assert "annotations" not in template
    selector = full.only(MONITOR).inputs["spec"]["selector"]["matchLabels"]
    assert not selector.items() <= template["labels"].items()


def test_too_few_pods_is_fewer_than_the_autoscaler_keeps(full: Declaration) -> None:
    (group,) = full.only(RULE).inputs["spec"]["groups"]
    (replicas,) = (r for r in group["rules"] if r["alert"] == "slipway_replicas")
    assert replicas["expr"].endswith("< 2")


def test_nothing_at_all_is_a_service_that_is_down(plain: Declaration) -> None:
    rules = yaml.safe_load(plain.only(MAP, "model-alerts").inputs["data"]["rules.yaml"])
    (down,) = (r for r in rules["groups"][0]["rules"] if r["alert"] == "slipway_down")
    assert 'absent(slipway_ready{stack="prod"})' in down["expr"]
    assert "haproxy" not in down["expr"]


def test_the_dashboard_is_found_by_grafanas_sidecar(full: Declaration) -> None:
    shown = full.only(MAP, "model-dashboard").inputs
    assert shown["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert json.loads(shown["data"]["wine.json"])["title"] == "wine (Slipway)"
