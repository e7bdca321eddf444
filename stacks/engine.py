"""Which engine runs the program now: Pulumi, or the offline one."""

from typing import Literal

import grpc
from pulumi.runtime import settings
from pulumi.runtime.proto import resource_pb2

Engine = Literal["pulumi", "offline", "declare"]


class EngineGone(Exception):
    """The engine that runs this program has ended, and the program with it."""


def engine() -> Engine:
    """
    Ask the resource monitor, not the environment.

    Only the offline engine knows these features, so no variable that somebody sets
    can make Pulumi's own run skip a check.
    """
    if _supports("slipway/declare"):
        return "declare"
    return "offline" if _supports("slipway/offline") else "pulumi"


def require_engine() -> None:
    """
    Raise EngineGone unless the engine still answers.

    Pulumi's program outlives a killed `pulumi up` for a while, and must not go on.
    """
    try:
        _supports("secrets")
    except grpc.RpcError:
        raise EngineGone("the engine that ran this update has ended") from None


def _supports(feature: str) -> bool:
    monitor = settings.get_monitor()
    request = resource_pb2.SupportsFeatureRequest(id=feature)
    return monitor is not None and monitor.SupportsFeature(request).hasSupport
