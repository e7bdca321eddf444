"""An app as Azure's own API takes it, from what Pulumi was given."""

from collections.abc import Sequence
from typing import Any

from components.proof import Inputs, whole

_OF_APP = ("location", "tags")
_OF_PROPERTIES = (
    "environmentId",
    "workloadProfileName",
    "configuration",
    "template",
)


def body(app: Inputs) -> dict[str, Any]:
    """The same app; Pulumi lays it out flat, and names identities in a list."""
    identity: Inputs = app.get("identity") or {}
    named: Sequence[str] = identity.get("userAssignedIdentities") or ()
    found: dict[str, Any] = {key: app[key] for key in _OF_APP if key in app}
    found["identity"] = {
        "type": identity.get("type", "None"),
        "userAssignedIdentities": {one: {} for one in named},
    }
    found["properties"] = {key: app[key] for key in _OF_PROPERTIES if app.get(key)}
    return whole(found)


def out_of_reach(app: Inputs) -> dict[str, Any]:
    """One copy of it that nobody reaches, for as long as it is tried out."""
    configuration = dict(app["configuration"])
    configuration.pop("ingress", None)
    configuration["activeRevisionsMode"] = "Single"
    template = {**app["template"], "scale": {"minReplicas": 1, "maxReplicas": 1}}
    return body({**app, "configuration": configuration, "template": template})


def copies(app: Inputs) -> dict[str, Any]:
    """What its copies are made from, but for how many there are."""
    return {key: one for key, one in app["template"].items() if key != "scale"}
