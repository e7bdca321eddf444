"""What watches a service: alarms, whom they reach, and a dashboard."""

import pulumi
from pulumi_aws import cloudwatch

from components.alerts import Scope, alerts
from components.platform import PlatformArgs, ServiceArgs
from components.sentences import sentence

from .alarm import Watched, alarm_of
from .dashboard import dashboard
from .events import troubles
from .place import Place
from .topics import topics

__all__ = ["Watched", "monitored"]


def monitored(
    name: str, place: Place, args: ServiceArgs, stack: PlatformArgs, watched: Watched
) -> None:
    """Everything that can be wrong, told to whoever the settings name."""
    told, runbooks = topics(name, place), args.monitoring.runbooks
    scope = Scope(
        stack=stack.labels["slipway.stack"],
        replicas=watched.replicas,
        thresholds=args.monitoring.thresholds,
        upstream=args.upstream,
    )
    for alert in alerts(scope):
        asked = alarm_of(alert, scope, watched, place)
        if asked is None:
            continue
        topic = told[alert.severity]
        cloudwatch.MetricAlarm(
            f"{name}-{alert.name}",
            name=place.called(alert.name, 255),
            alarm_description=f"{sentence(alert, scope)} {runbooks}/{alert.runbook}",
            alarm_actions=[topic],
            ok_actions=[topic],
            tags={**place.tags, "slipway.alert": alert.name},
            opts=place.opts,
            **asked,
        )
    troubles(name, place, [one.name for one in args.batch], told["page"])
    cloudwatch.Dashboard(
        name,
        dashboard_name=place.name,
        dashboard_body=pulumi.Output.json_dumps(
            dashboard(place, watched, args.monitoring.thresholds)
        ),
        opts=place.opts,
    )
