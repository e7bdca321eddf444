"""Which revisions of a service take requests, and how many of a hundred."""

from collections.abc import Mapping, Sequence
from typing import Any

Service = Mapping[str, Any]


def shares(service: Service) -> dict[str, int]:
    """By the name of the revision, as it is now."""
    return _shares(service, service.get("trafficStatuses", ()))


def asked(service: Service) -> dict[str, int]:
    """The same as it is to be."""
    return _shares(service, service.get("traffic", ()))


def newest(service: Service) -> str:
    """The name of the revision that was made last, in traffic or not."""
    return service.get("latestCreatedRevision", "").rpartition("/")[2]


def canary(service: Service) -> str:
    """The name of the revision that is a canary; empty where none is."""
    return service.get("labels", {}).get("slipway-canary", "")


def settled(service: Service) -> bool:
    """Whether Cloud Run has looked at what was asked last, and is done with it."""
    seen = service.get("observedGeneration") == service.get("generation")
    return seen and not service.get("reconciling", False)


def _shares(service: Service, targets: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Whoever was told to follow the latest follows the one that is ready."""
    latest = service.get("latestReadyRevision", "").rpartition("/")[2]
    found: dict[str, int] = {}
    for one in targets:
        if percent := one.get("percent", 0):
            name = one.get("revision") or latest
            found[name] = found.get(name, 0) + percent
    return found
