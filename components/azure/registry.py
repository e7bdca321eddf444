"""A registry of ACR: nobody has a password for it, and what was released stays."""

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import containerregistry

from stacks.settings.registry import Acr


class Registry(pulumi.ComponentResource):
    """
    One registry, in which a model's repository comes with its first image.

    Whoever pushes or pulls has a role on it. What no tag names is removed after a
    while, by Premium alone; what was built and what was released has a tag.
    """

    def __init__(
        self,
        name: str,
        settings: Acr,
        group: pulumi.Input[str],
        labels: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:azure:Registry", name, None, opts)
        premium = settings.sku == "Premium"
        containerregistry.Registry(
            name,
            registry_name=settings.name,
            resource_group_name=group,
            location=settings.location,
            sku={"name": settings.sku},
            admin_user_enabled=False,
            anonymous_pull_enabled=False,
            # Layers come from a name of the registry's own, which a firewall can tell.
            data_endpoint_enabled=premium,
            zone_redundancy="Enabled" if premium else "Disabled",
            policies={
                "retention_policy": {
                    "status": "enabled",
                    # Azure takes a year at most.
                    "days": min(settings.untagged_days, 365),
                }
            }
            if premium
            else None,
            tags=dict(labels),
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        self.register_outputs({})
