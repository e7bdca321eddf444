"""What watches a service: alerts, whom they reach, and a workbook."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

import pulumi
from pulumi_azure_native import applicationinsights, monitor

from components.alerts import Alert, Scope, alerts
from components.platform import PlatformArgs, ServiceArgs
from components.sentences import sentence
from stacks.settings.notify import Severity

from .alert import NAMESPACE, LogRule, MetricRule, rule_of
from .contacts import action_groups
from .dashboard import dashboard
from .place import Place

_SEVERITIES: dict[Severity, int] = {"page": 1, "ticket": 3}
_ONE_RESOURCE = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What of a service has metrics and logs."""

    app: str
    workspace: str
    replicas: int
    """The least there may be."""


def monitored(
    name: str,
    place: Place,
    args: ServiceArgs,
    stack: PlatformArgs,
    watched: Watched,
    *,
    after: pulumi.Resource,
) -> None:
    """Everything that can be wrong, told to whoever the settings name."""
    limits, runbooks = args.monitoring.thresholds, args.monitoring.runbooks
    scope = Scope(
        stack=stack.labels["slipway.stack"],
        replicas=watched.replicas,
        thresholds=limits,
        upstream=args.upstream,
    )
    place = place.after(after)
    raised = _Raised(place, watched, action_groups(name, place))
    for alert in alerts(scope):
        rule = rule_of(alert, scope, place.name, watched.replicas)
        text = f"{sentence(alert, scope)} {runbooks}/{alert.runbook}"
        if isinstance(rule, MetricRule):
            raised.by_metric(f"{name}-{alert.name}", alert, text, rule)
        elif rule is not None:
            raised.by_log(f"{name}-{alert.name}", alert, text, rule)
    applicationinsights.Workbook(
        name,
        # Azure takes nothing but a UUID for it.
        resource_name_=str(uuid5(NAMESPACE_URL, f"{watched.app} slipway".lower())),
        resource_group_name=place.group,
        location=place.platform.location,
        kind="shared",
        category="workbook",
        display_name=f"{place.name} (Slipway)",
        source_id=watched.workspace,
        serialized_data=dashboard(
            place.name, watched.app, watched.workspace, watched.replicas, limits
        ),
        tags=place.tags,
        opts=place.opts,
    )


class _Raised:
    """The rules of a service, each to the group of its severity."""

    def __init__(
        self,
        place: Place,
        watched: Watched,
        groups: dict[Severity, pulumi.Output[str]],
    ) -> None:
        self._place, self._watched, self._groups = place, watched, groups

    def by_metric(self, name: str, alert: Alert, text: str, rule: MetricRule) -> None:
        """Of what Azure itself measures."""
        monitor.MetricAlert(
            name,
            rule_name=self._place.called(alert.name, 260),
            resource_group_name=self._place.group,
            location="Global",
            description=text,
            severity=_SEVERITIES[alert.severity],
            enabled=True,
            scopes=[self._watched.app],
            evaluation_frequency="PT1M",
            window_size=_duration(rule.window_minutes),
            criteria=_criteria(alert.name, rule),
            auto_mitigate=True,
            actions=[{"action_group_id": self._groups[alert.severity]}],
            tags={**self._place.tags, "slipway.alert": alert.name},
            opts=self._place.opts,
        )

    def by_log(self, name: str, alert: Alert, text: str, rule: LogRule) -> None:
        """Of what the server says, which Azure may not have heard anything of yet."""
        monitor.ScheduledQueryRule(
            name,
            rule_name=self._place.called(alert.name, 260),
            resource_group_name=self._place.group,
            location=self._place.platform.location,
            kind="LogAlert",
            display_name=f"{self._place.name} {alert.name}",
            description=text,
            severity=_SEVERITIES[alert.severity],
            enabled=True,
            scopes=[self._watched.workspace],
            evaluation_frequency=_duration(rule.every_minutes),
            window_size=_duration(rule.window_minutes),
            # The table comes with its first line.
            skip_query_validation=True,
            criteria={
                "all_of": [
                    {
                        "query": rule.query,
                        "metric_measure_column": "value",
                        "time_aggregation": "Maximum",
                        "operator": rule.operator,
                        "threshold": rule.limit,
                        "failing_periods": {
                            "number_of_evaluation_periods": 1,
                            "min_failing_periods_to_alert": 1,
                        },
                    }
                ]
            },
            auto_mitigate=True,
            actions={"action_groups": [self._groups[alert.severity]]},
            tags={**self._place.tags, "slipway.alert": alert.name},
            opts=self._place.opts,
        )


def _criteria(
    name: str, rule: MetricRule
) -> monitor.MetricAlertSingleResourceMultipleMetricCriteriaArgs:
    """By its class: criteria may be of several kinds, and Pulumi guesses at none."""
    return monitor.MetricAlertSingleResourceMultipleMetricCriteriaArgs(
        odata_type=_ONE_RESOURCE,
        all_of=[
            monitor.MetricCriteriaArgs(
                criterion_type="StaticThresholdCriterion",
                name=name,
                metric_namespace=NAMESPACE,
                metric_name=rule.metric,
                operator=rule.operator,
                threshold=rule.limit,
                time_aggregation=rule.aggregation,
            )
        ],
    )


def _duration(minutes: int) -> str:
    whole_hours, rest = divmod(minutes, 60)
    if minutes == 1440:
        return "P1D"
    return f"PT{minutes}M" if rest or not whole_hours else f"PT{whole_hours}H"
