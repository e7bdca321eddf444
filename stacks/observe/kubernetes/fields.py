"""Who set which field of an object, as the API server remembers it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

_ENGINES = ("pulumi", "slipway")
_CLUSTERS = "kube-"
"""The cluster's own controllers."""
_NOT_RUN = ("metadata", "status")
"""A label or a note more changes nothing that runs; those declared are compared."""


def added(declared: Mapping[str, Any], there: Mapping[str, Any]) -> Iterator[str]:
    """What somebody else has set of an object where nothing is declared."""
    for one in there["metadata"].get("managedFields", ()):
        manager = one.get("manager", "")
        # A subresource is its status, or a scale, of which an autoscaler says more.
        if one.get("subresource") or manager.startswith((*_ENGINES, _CLUSTERS)):
            continue
        for path in _undeclared(one.get("fieldsV1", {}), declared):
            yield f"{path} was set by {manager}, which nobody declares"


def _undeclared(
    fields: Mapping[str, Any], declared: Any, path: str = ""
) -> Iterator[str]:
    """A list's items are compared one by one, so that they are no news here."""
    for key, deeper in fields.items():
        kind, _, name = key.partition(":")
        if kind == "k":
            if (item := _item(declared, json.loads(name))) is not None:
                yield from _undeclared(deeper, item, f"{path}.{_shown(name)}")
        elif kind == "f" and name not in _NOT_RUN:
            below = f"{path}.{name}" if path else name
            if isinstance(declared, Mapping) and name in declared:
                yield from _undeclared(deeper, declared[name], below)
            else:
                yield below


def _item(declared: Any, keys: Mapping[str, Any]) -> Mapping[str, Any] | None:
    items = declared if isinstance(declared, list) else []
    return next((one for one in items if keys.items() <= one.items()), None)


def _shown(keys: str) -> str:
    return "/".join(str(one) for one in json.loads(keys).values())
