"""What somebody changed in Cloud Run beside Slipway."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..comparison import differences, not_looked_at
from ..replica import Changes, Resource
from .rest import body
from .traffic import Service

_SERVICE = "gcp:cloudrunv2/service:Service"
_COMPARED = (
    "ingress",
    "invokerIamDisabled",
    "labels",
    "scaling",
    "template",
    "traffic",
)
_NAMED_BY = "revision"


def changed_by_hand(
    service: Callable[[], Service | None], declared: Sequence[Resource]
) -> Changes:
    """
    The service with the template of its newest revision, and who takes requests.

    Beside a canary that is the canary's; the other revision's is not declared anew,
    and never changes.
    """
    found: list[str] = []
    for one in declared:
        if one.type != _SERVICE:
            continue
        name = one.inputs["name"]
        if (there := service()) is None:
            found.append(f"service {name} is gone")
            continue
        wanted = _comparable(body(one.inputs))
        by = there.get("lastModifier", "somebody")
        found += [
            f"service {name}, last changed by {by}: {text}"
            for text in differences(wanted, _comparable(there))
        ]
    left = [one for one in declared if one.type != _SERVICE]
    return Changes(found=tuple(found), not_looked_at=not_looked_at(left))


def _comparable(service: Mapping[str, Any]) -> dict[str, Any]:
    """
    Without the names of revisions, in which the number of an attempt is too.

    What takes requests is said by whether it is the newest.
    """
    told = {key: service.get(key) for key in _COMPARED}
    template = dict(service.get("template") or {})
    newest = template.pop(_NAMED_BY, None)
    told["template"] = template
    told["traffic"] = [
        {**one, _NAMED_BY: "newest" if one.get(_NAMED_BY) == newest else "another"}
        for one in service.get("traffic") or ()
    ]
    return told
