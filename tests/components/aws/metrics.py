"""The metrics that there are, by name and dimensions."""

import json
from functools import cache
from io import StringIO

from model_image.server.log import Log
from model_image.server.metrics import Metrics
from model_image.server.telemetry.minute import Minute
from tests.model_image.server.telemetry.small_model import MANIFEST, PROFILE, as_trained

Known = frozenset[tuple[str, frozenset[str]]]

_ECS = frozenset({"ClusterName", "ServiceName"})
_BALANCER = frozenset({"LoadBalancer"})
_TARGETS = frozenset({"LoadBalancer", "TargetGroup"})
# "CloudWatch metrics for your Application Load Balancer" and "Amazon ECS CloudWatch
# metrics", read on 2026-11-29.
_DOCUMENTED: dict[str, Known] = {
    "AWS/ECS": frozenset({("CPUUtilization", _ECS), ("MemoryUtilization", _ECS)}),
    # "Amazon ECS Container Insights metrics", read on the same day.
    "ECS/ContainerInsights": frozenset(
        {("RunningTaskCount", _ECS), ("DesiredTaskCount", _ECS)}
    ),
    "AWS/ApplicationELB": frozenset(
        {
            ("RequestCount", _BALANCER),
            ("HTTPCode_ELB_5XX_Count", _BALANCER),
            ("TargetResponseTime", _BALANCER),
            ("HealthyHostCount", _TARGETS),
            ("UnHealthyHostCount", _TARGETS),
        }
    ),
}


@cache
def known(namespace: str) -> Known:
    """Of AWS what its documentation lists, of the model what its server writes."""
    return (
        _written()
        if namespace == "Slipway"
        else _DOCUMENTED.get(namespace, frozenset())
    )


def _written() -> Known:
    """From a line of the server's own, after traffic that fills every field."""
    stream, metrics = StringIO(), Metrics(MANIFEST, PROFILE)
    metrics.seen(*as_trained(500))
    minute = Minute(Log("info", stream), metrics, {"service": "wine"}, 0.0)
    minute.write(60.0)
    metrics.answered("predict", 200, 0.02)
    minute.write(120.0)
    (told,) = json.loads(stream.getvalue().splitlines()[-1])["_aws"][
        "CloudWatchMetrics"
    ]
    (dimensions,) = told["Dimensions"]
    return frozenset((one["Name"], frozenset(dimensions)) for one in told["Metrics"])
