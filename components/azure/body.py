"""An app as Azure's own API takes it, from what Pulumi was given."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from components.proof import Inputs

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
    return _plain(found)


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


def _plain(value: Any) -> Any:
    """Whole numbers without a point, which a hook's inputs may have."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in cast(Inputs, value).items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in cast(Sequence[Any], value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
