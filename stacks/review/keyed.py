"""Lists of named things by their names, so that one more moves none of the others."""

from collections.abc import Callable
from typing import Any

from stacks.offline.values import Secret, Unknown

_NAMES = ("name", "label", "key", "file", "containerPath", "internal")


def keyed(value: Any) -> Any:
    """`value` with each list whose items have names as a mapping by `[name]`."""
    match value:
        case Secret():
            return value
        case dict():
            # What an engine adds about its own defaults is nobody's setting.
            kept = {key: one for key, one in value.items() if key != "__defaults"}
            return {key: keyed(one) for key, one in kept.items()}
        case list():
            items = [keyed(one) for one in value]
            return _by(_variable, items) or _named(items) or items
    return value


def readable(path: str) -> str:
    """The path as it is written: `labels[slipway.version].value`."""
    return path.replace(".[", "[")


def _named(items: list[Any]) -> dict[str, Any] | None:
    found = (
        _by(lambda one, name=name: (one[name], one), items)
        for name in _NAMES
        if all(isinstance(one, dict) and name in one for one in items)
    )
    return next((one for one in found if one), None)


def _by(
    name_of: Callable[[Any], tuple[Any, Any] | None], items: list[Any]
) -> dict[str, Any] | None:
    """By name; None where one has none, or two have the same."""
    pairs = [name_of(one) for one in items]
    named = {f"[{pair[0]}]": pair[1] for pair in pairs if pair is not None}
    return named if len(named) == len(items) and named else None


def _variable(item: Any) -> tuple[str, Any] | None:
    """An environment variable as Docker takes it; one may not be known yet."""
    if isinstance(item, Unknown):
        return "?", item
    if not isinstance(item, str):
        return None
    name, equals, value = item.partition("=")
    return (name, value) if equals and name.isidentifier() else None
