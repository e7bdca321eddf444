"""What a container app serves in truth, as the inputs that ask for it."""

import json
from collections.abc import Mapping
from typing import Any

from components.proof import Inputs
from stacks.observe.azure.apps import Apps
from stacks.observe.azure.revisions import main_revision, properties
from stacks.settings.azure import LABELS
from stacks.settings.azure_subscription import AzureSubscription


def serving(subscription: AzureSubscription, old: Inputs) -> Inputs:
    """
    What the engine remembers, with the copies and the shares that there are in truth:
    after a failure the engine remembers what failed.
    """
    apps, name = Apps(subscription), old["containerAppName"]
    if (app := apps.app(name)) is None or app.properties is None:
        return old
    main = main_revision(app)
    for revision in apps.revisions(name):
        made = properties(revision).template
        if revision.name == main and made and app.properties.configuration:
            template = made.as_dict(exclude_readonly=True)
            if _deployment(template) == _deployment(old["template"]):
                return old
            live = app.properties.configuration.as_dict()
            return {
                **old,
                # Azure refuses a name that a revision ever had.
                "template": {
                    k: v for k, v in template.items() if k != "revisionSuffix"
                },
                "configuration": _shared_as(live, old["configuration"]),
            }
    return old


def _shared_as(live: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """All of `old`, but that requests are shared out as they are now."""
    return {
        **old,
        "activeRevisionsMode": live["activeRevisionsMode"],
        "ingress": {**old["ingress"], "traffic": live["ingress"]["traffic"]},
    }


def _deployment(template: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Which release the copies are of, and which attempt at it."""
    env = template["containers"][0].get("env") or ()
    told = {one["name"]: one.get("value") for one in env}
    labels = json.loads(told.get(LABELS) or "{}")
    return labels.get("slipway.deployment"), labels.get("slipway.attempt")
