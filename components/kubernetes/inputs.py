"""What an engine hands to a hook, as the cluster takes it."""

from collections.abc import Mapping
from typing import Any


def manifest(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """
    The inputs of an object, spelled as its manifest.

    On their way every number has become a float, of which the API wants none, and the
    engine has notes of its own among them.
    """
    return {key: _whole(one) for key, one in inputs.items() if key[:2] != "__"}


def _whole(value: Any) -> Any:
    match value:
        case Mapping():
            return {key: _whole(one) for key, one in value.items()}
        case list():
            return [_whole(one) for one in value]
        case float():
            return int(value) if value.is_integer() else value
    return value
