"""What apps run in, with the workspace that has their logs."""

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import app, operationalinsights

from stacks.settings.azure_environment import CONSUMPTION, MadeEnvironment

from .names import resolved
from .place import Place


@dataclass(frozen=True, kw_only=True)
class Environment:
    """An environment and its logs, by their addresses."""

    id: str
    workspace: str
    made: tuple[pulumi.Resource, ...] = ()
    """What must be there before an app can be."""


def environment(name: str, place: Place) -> Environment:
    """The one that the settings name, else one of the stack's own."""
    asked = place.platform.environment
    if not isinstance(asked, MadeEnvironment):
        return Environment(id=place.environment, workspace=place.workspace)
    logs = _workspace(name, place)
    keys = operationalinsights.get_workspace_shared_keys_output(
        resource_group_name=place.group,
        workspace_name=place.name,
        opts=pulumi.InvokeOutputOptions(parent=place.opts.parent, depends_on=[logs]),
    )
    made = app.ManagedEnvironment(
        name,
        environment_name=place.name,
        resource_group_name=place.group,
        location=place.platform.location,
        app_logs_configuration={
            "destination": "log-analytics",
            "log_analytics_configuration": {
                "customer_id": logs.customer_id,
                "shared_key": pulumi.Output.secret(keys.primary_shared_key),
            },
        },
        workload_profiles=[
            {"name": CONSUMPTION, "workload_profile_type": CONSUMPTION},
        ],
        # Between the ingress and the copies too.
        peer_traffic_configuration={"encryption": {"enabled": True}},
        public_network_access="Enabled" if place.platform.public else "Disabled",
        vnet_configuration=_network(asked, place),
        zone_redundant=place.platform.over_zones(place.tier),
        tags=place.tags,
        opts=place.protected(),
    )
    if asked.subnet and place.platform.in_network:
        resolved(f"{name}-names", place, made, asked.subnet)
    return Environment(
        id=place.environment, workspace=place.workspace, made=(logs, made)
    )


def _network(asked: MadeEnvironment, place: Place) -> Any:
    if asked.subnet is None:
        return None
    return {
        "infrastructure_subnet_id": asked.subnet,
        "internal": place.platform.in_network,
    }


def _workspace(name: str, place: Place) -> operationalinsights.Workspace:
    return operationalinsights.Workspace(
        name,
        workspace_name=place.name,
        resource_group_name=place.group,
        location=place.platform.location,
        sku={"name": "PerGB2018"},
        retention_in_days=place.platform.log_days,
        features={"enable_log_access_using_only_resource_permissions": True},
        tags=place.tags,
        opts=place.protected(),
    )
