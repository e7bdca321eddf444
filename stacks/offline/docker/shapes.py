"""The shapes that Docker's provider for Pulumi gives to its inputs."""

import re
from collections.abc import Iterable
from typing import Any

from ..errors import OfflineError

_UNITS = {"h": 3600e9, "m": 60e9, "s": 1e9, "ms": 1e6, "us": 1e3, "ns": 1}
_PART = re.compile(r"(\d+(?:\.\d+)?)(h|ms|us|ns|m|s)")


def only(items: Iterable[dict[str, Any]], *known: str) -> list[dict[str, Any]]:
    """`items`, none of which has a key that is not `known`."""
    items = list(items)
    for item in items:
        if unknown := sorted(set(item) - set(known)):
            raise OfflineError(
                f"{unknown[0]}, beside {known[0]}, is nothing the offline engine knows"
            )
    return items


def labels(pairs: list[dict[str, str]]) -> dict[str, str]:
    """The labels as Docker takes them."""
    return {pair["label"]: pair["value"] for pair in only(pairs, "label", "value")}


def nanoseconds(duration: str) -> int:
    """A Go duration, such as `1m30s`, as Docker takes it."""
    parts = _PART.findall(duration)
    if "".join(number + unit for number, unit in parts) != duration or not parts:
        raise OfflineError(f"{duration!r} is no duration; write it as 1m30s")
    return round(sum(float(number) * _UNITS[unit] for number, unit in parts))
