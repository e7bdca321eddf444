"""What somebody changed of a container app beside Slipway."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..comparison import differences, not_looked_at
from ..replica import Changes, Resource

if TYPE_CHECKING:
    from azure.mgmt.appcontainers.models import ContainerApp

_APP = "azure-native:app:ContainerApp"
_OF_INGRESS = ("allowInsecure", "external", "ipSecurityRestrictions", "targetPort")
_NAMED_BY = "revisionName"


def changed_by_hand(
    app: Callable[[str], "ContainerApp | None"], declared: Sequence[Resource]
) -> Changes:
    """An app with the template of its newest revision, and who takes requests."""
    found: list[str] = []
    apps = [one for one in declared if one.type == _APP]
    for one in apps:
        name = one.inputs["containerAppName"]
        if (there := app(name)) is None:
            found.append(f"app {name} is gone")
            continue
        told = there.as_dict()
        wanted = _comparable(one.inputs, one.inputs)
        by = told.get("systemData", {}).get("lastModifiedBy", "somebody")
        found += [
            f"app {name}, last changed by {by}: {text}"
            for text in differences(wanted, _comparable(told, told["properties"]))
        ]
    left = [one for one in declared if one.type != _APP]
    unseen = ("registries and secrets of the app",) if apps else ()
    return Changes(found=tuple(found), not_looked_at=(*unseen, *not_looked_at(left)))


def _comparable(
    app: Mapping[str, Any], properties: Mapping[str, Any]
) -> dict[str, Any]:
    """What both spell alike; which revision is the other one only Azure can tell."""
    configuration = properties.get("configuration") or {}
    ingress = configuration.get("ingress") or {}
    shares = ingress.get("traffic") or ()
    return {
        "tags": app.get("tags"),
        "template": properties.get("template"),
        "activeRevisionsMode": configuration.get("activeRevisionsMode"),
        "ingress": {key: ingress.get(key) for key in _OF_INGRESS},
        "traffic": [
            {k: v for k, v in one.items() if k != _NAMED_BY and v} for one in shares
        ],
    }
