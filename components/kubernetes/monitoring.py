"""What a cluster's own monitoring reads of a service: metrics, alerts, a dashboard."""

import json
from typing import Any

import pulumi_kubernetes as k8s
import yaml

from components.alerts import Scope
from components.dashboard import dashboard
from components.platform import ServiceArgs
from components.prometheus import rules

from .place import Place
from .pod import CONTAINER

_API = "monitoring.coreos.com/v1"
_GRAFANA = {"grafana_dashboard": "1"}


def monitored(name: str, place: Place, args: ServiceArgs) -> None:
    """
    The operator's objects where the settings say that it is there.

    Elsewhere pods are annotated for a Prometheus that finds them, and the rules are a
    file of a ConfigMap.
    """
    told = rules(
        scope(place, args), args.monitoring.runbooks, args.monitoring.interval_s
    )
    operator = place.platform.operator
    if operator is None:
        k8s.core.v1.ConfigMap(
            f"{name}-alerts",
            metadata=place.metadata(f"{place.name}-alerts"),
            data={"rules.yaml": yaml.safe_dump(told, sort_keys=False, width=1000)},
            opts=place.opts,
        )
    else:
        _custom(f"{name}-scrape", "PodMonitor", place, _scrape(place, args))
        _custom(f"{name}-alerts", "PrometheusRule", place, told)
    if args.model:
        shown = json.dumps(dashboard(args.model), indent=1) + "\n"
        k8s.core.v1.ConfigMap(
            f"{name}-dashboard",
            metadata=place.metadata(f"{place.name}-dashboard", labels=_GRAFANA),
            data={f"{args.model.name}.json": shown},
            opts=place.opts,
        )


def scope(place: Place, args: ServiceArgs) -> Scope:
    """The service as its alerts see it; the least of its pods are what it asks for."""
    here = f'namespace="{place.platform.namespace}",container="{CONTAINER}"'
    return Scope(
        stack=place.labels.name,
        replicas=place.platform.replicas(args.settings.replicas)[0],
        thresholds=args.monitoring.thresholds,
        upstream=args.upstream,
        pods=f'{here},pod=~"{place.name}-[a-z0-9]+-[a-z0-9]{{5}}"',
    )


def _scrape(place: Place, args: ServiceArgs) -> dict[str, Any]:
    """Pods are looked at themselves: one that is not ready is not in the Service."""
    return {
        "selector": {"matchLabels": place.labels.selecting("model")},
        "podTargetLabels": ["stack", "role"],
        "podMetricsEndpoints": [
            {"port": "metrics", "interval": f"{args.monitoring.interval_s:g}s"}
        ],
        "sampleLimit": 50_000,
    }


def _custom(name: str, kind: str, place: Place, spec: dict[str, Any]) -> None:
    operator = place.platform.operator
    k8s.apiextensions.CustomResource(
        name,
        api_version=_API,
        kind=kind,
        metadata=place.metadata(labels=operator.labels if operator else None),
        spec=spec,
        opts=place.opts,
    )
