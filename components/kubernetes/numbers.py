"""Numbers as an engine hands them over, made what the API takes."""

from collections.abc import Mapping
from typing import Any


def whole(value: Any) -> Any:
    """Numbers come from an engine as floats, of which the API wants none."""
    match value:
        case Mapping():
            return {key: whole(one) for key, one in value.items()}
        case list():
            return [whole(one) for one in value]
        case float():
            return int(value) if value.is_integer() else value
    return value
