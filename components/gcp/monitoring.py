"""What watches a service: policies, whom they reach, and a dashboard."""

import json
from typing import Any

import pulumi
from pulumi_gcp import cloudrunv2, monitoring

from components.alerts import Alert, Scope, alerts
from components.platform import ServiceArgs
from components.sentences import sentence

from . import metrics
from .alert import CRASHES, edge, field_of, policy_of
from .channels import channels
from .dashboard import dashboard
from .place import Place
from .uptime import asked_from_outside

_SEVERITIES = {"page": "CRITICAL", "ticket": "WARNING"}


def monitored(
    name: str, place: Place, args: ServiceArgs, service: cloudrunv2.Service
) -> None:
    """Everything that can be wrong, told to whoever the settings name."""
    limits, platform = args.monitoring.thresholds, place.platform
    scope = Scope(
        stack=place.stack,
        replicas=max(1, platform.replicas(args.settings.replicas)[0]),
        thresholds=limits,
        upstream=args.upstream,
    )
    raised = alerts(scope)
    made = _log_metrics(name, raised, place)
    told = channels(name, place)
    check = asked_from_outside(name, service, place)
    for alert in raised:
        policy = policy_of(alert, scope, place, check)
        if policy is None:
            continue
        monitoring.AlertPolicy(
            f"{name}-{alert.name}",
            project=platform.project,
            display_name=f"{place.name}: {alert.name}",
            combiner=policy.combiner,
            conditions=policy.conditions,
            severity=_SEVERITIES[alert.severity],
            notification_channels=[*told[alert.severity]],
            documentation=_said(alert, scope, args.monitoring.runbooks),
            alert_strategy={"auto_close": "1800s"},
            user_labels={**place.labels, "slipway-alert": alert.name},
            opts=pulumi.ResourceOptions.merge(
                place.opts, pulumi.ResourceOptions(depends_on=[service, *made])
            ),
        )
    monitoring.Dashboard(
        name,
        project=platform.project,
        dashboard_json=json.dumps(dashboard(place, limits, scope.replicas)),
        opts=pulumi.ResourceOptions.merge(
            place.opts, pulumi.ResourceOptions(depends_on=made)
        ),
    )


def _log_metrics(
    name: str, raised: tuple[Alert, ...], place: Place
) -> list[pulumi.Resource]:
    """What Cloud Run does not measure, of the server's line and of its own."""
    made: list[pulumi.Resource] = [metrics.crashes(f"{name}-{CRASHES}", CRASHES, place)]
    for alert in raised:
        if reading := field_of(alert, place):
            made.append(
                metrics.gauge(
                    f"{name}-{reading.field}", reading.field, edge(reading), place
                )
            )
    return made


def _said(alert: Alert, scope: Scope, runbooks: str) -> Any:
    return {
        "subject": f"{scope.stack}: {alert.name}",
        "content": f"{sentence(alert, scope)}\n\n{runbooks}/{alert.runbook}",
        "mime_type": "text/markdown",
    }
