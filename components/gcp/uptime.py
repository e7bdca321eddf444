"""Whether the service answers from outside, where it may be asked from there."""

import pulumi
from pulumi_gcp import cloudrunv2, monitoring

from .place import Place


def asked_from_outside(
    name: str, service: cloudrunv2.Service, place: Place
) -> pulumi.Output[str] | None:
    """
    The id of what asks each minute whether the service is ready.

    Only where everybody may call: who asks has no name that could be let in. What
    sleeps while nobody calls is not kept awake.
    """
    platform = place.platform
    reachable = platform.public and "allUsers" in platform.invokers
    if not reachable or platform.idle_to_zero:
        return None
    check = monitoring.UptimeCheckConfig(
        name,
        project=platform.project,
        display_name=place.name,
        timeout="10s",
        period="60s",
        http_check={
            "path": "/v2/health/ready",
            "port": 443,
            "request_method": "GET",
            "use_ssl": True,
            "validate_ssl": True,
            "accepted_response_status_codes": [{"status_class": "STATUS_CLASS_2XX"}],
        },
        monitored_resource={
            "type": "uptime_url",
            "labels": {
                "project_id": platform.project,
                "host": service.uri.apply(_host),
            },
        },
        user_labels=place.labels,
        opts=place.opts,
    )
    return check.uptime_check_id


def _host(uri: str) -> str:
    return uri.removeprefix("https://")
