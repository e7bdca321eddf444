"""What Pulumi is told of a service, as the API itself is told it."""

from collections.abc import Mapping
from typing import Any

_RENAMED = {
    "commands": "command",
    "dependsOns": "dependsOn",
    "envs": "env",
    "traffics": "traffic",
}
"""Pulumi says lists in the plural."""
_ONE_OF_LIST = frozenset({"ports"})
"""And lists that have one element as the element."""


def body(inputs: Any) -> Any:
    """The same by the API's names, without what an engine adds for itself."""
    if isinstance(inputs, Mapping):
        return {
            _RENAMED.get(key, key): [body(value)]
            if key in _ONE_OF_LIST
            else body(value)
            for key, value in inputs.items()
            if not key.startswith("__") and value is not None
        }
    if isinstance(inputs, list | tuple):
        return [body(one) for one in inputs]
    return inputs
