"""Which engine runs the program now: Pulumi, or the offline one."""

from typing import Literal

from pulumi.runtime import settings
from pulumi.runtime.proto import resource_pb2

Engine = Literal["pulumi", "offline", "declare"]


def engine() -> Engine:
    """
    Ask the resource monitor, not the environment.

    Only the offline engine knows these features, so no variable that somebody sets
    can make Pulumi's own run skip a check.
    """
    monitor = settings.get_monitor()
    for feature, name in (
        ("slipway/declare", "declare"),
        ("slipway/offline", "offline"),
    ):
        request = resource_pb2.SupportsFeatureRequest(id=feature)
        if monitor is not None and monitor.SupportsFeature(request).hasSupport:
            return name
    return "pulumi"
