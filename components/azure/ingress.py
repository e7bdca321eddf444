"""Who reaches an app, and which of its revisions answers."""

import pulumi
from pulumi_azure_native import app

from .place import Place
from .template import PORT

_ALL = 100


def ingress(
    place: Place, traffic: list[app.TrafficWeightArgsDict]
) -> app.IngressArgsDict:
    """By TLS alone, from where the settings say; with nothing said, not publicly."""
    platform = place.platform
    return {
        # In an environment that is in a network, this is that network's side.
        "external": platform.public or platform.in_network,
        "target_port": PORT,
        "transport": "http",
        "allow_insecure": False,
        "client_certificate_mode": "ignore",
        "ip_security_restrictions": [
            {
                "name": f"allowed-{number}",
                "description": "callers",
                "ip_address_range": str(one),
                "action": "Allow",
            }
            for number, one in enumerate(platform.allowed, 1)
        ],
        "traffic": traffic,
    }


def alone() -> list[app.TrafficWeightArgsDict]:
    """Every request to the newest revision, once it is ready."""
    return [{"latest_revision": True, "weight": _ALL}]


def shared(
    weight: int, place: Place, after: tuple[pulumi.Resource, ...]
) -> list[app.TrafficWeightArgsDict]:
    """
    The newest revision has this share in per cent; the one that serves, the rest.

    Which that is only Azure can tell, for revisions have no names that come again.
    """
    live = app.get_container_app_output(
        container_app_name=place.name,
        resource_group_name=place.group,
        opts=pulumi.InvokeOutputOptions(
            parent=place.opts.parent, depends_on=list(after)
        ),
    )
    return [
        {"revision_name": live.apply(serving), "weight": _ALL - weight},
        {"latest_revision": True, "weight": weight},
    ]


def serving(live: app.GetContainerAppResult) -> str:
    """The revision that answers callers; beside a canary, the other one."""
    found = live.configuration
    if found and found.active_revisions_mode == "Multiple" and found.ingress:
        for one in found.ingress.traffic or ():
            if one.revision_name:
                return one.revision_name
    return live.latest_ready_revision_name
