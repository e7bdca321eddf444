"""As many copies as the settings say, or as many as are asked for."""

from pulumi_azure_native import app

from .place import Place

_USUAL = 10
"""Requests at a time of one copy where the settings say nothing: Azure's own."""


def scale(place: Place, replicas: int) -> app.ScaleArgsDict:
    """A number, or a range with what moves within it."""
    platform = place.platform
    counted = platform.replicas(replicas)
    found: app.ScaleArgsDict = {
        "min_replicas": counted[0],
        "max_replicas": max(1, counted[-1]),
    }
    if platform.autoscale:
        found["cooldown_period"] = platform.autoscale.calm_s
    if rules := _rules(place):
        found["rules"] = rules
    return found


def _rules(place: Place) -> list[app.ScaleRuleArgsDict]:
    """Processors' load is no reason to begin: only a request wakes the first copy."""
    asked = place.platform
    if asked.concurrency or asked.idle_to_zero:
        many = str(asked.concurrency or _USUAL)
        return [
            {"name": "requests", "http": {"metadata": {"concurrentRequests": many}}}
        ]
    if asked.autoscale is None:
        return []
    percent = str(asked.autoscale.cpu_percent)
    load = {"type": "Utilization", "value": percent}
    return [{"name": "load", "custom": {"type": "cpu", "metadata": load}}]
