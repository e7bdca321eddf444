"""What an engine hands to a hook, as the cluster takes it."""

from collections.abc import Mapping
from typing import Any, cast


def manifest(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """
    The inputs of an object, spelled as its manifest.

    On their way every number has become a float, of which the API wants none, and the
    engine has notes of its own among them.
    """
    return {key: _whole(one) for key, one in inputs.items() if key[:2] != "__"}


def _whole(value: Any) -> Any:
    if isinstance(value, Mapping):
        named = cast(Mapping[str, Any], value)
        return {key: _whole(one) for key, one in named.items()}
    if isinstance(value, list):
        return [_whole(one) for one in cast(list[Any], value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
