"""What is declared against what there is, where a platform adds things of its own."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from stacks.offline.values import Secret, Unknown

from .replica import Resource

_ENGINES = ("slipway.engine", "slipway.attempt", "slipway-engine", "slipway-attempt")
"""What an engine says of its own run, which a declaration cannot know."""
_ENGINES_OWN = "pulumi.com/"
_LONGEST = 60
_Untold = Unknown | Secret | None


def differences(
    declared: Any, found: Any, path: str = "", ignored: Collection[str] = ()
) -> Iterator[str]:
    """
    Each place where `found` is not as `declared`: `env.COLOUR is red, declared blue`.

    A platform may add keys, but no items to a list: those are somebody's. What only an
    engine can tell, or a secret, is not compared, and what nobody declared is named
    without its value, which may be a secret.
    """
    if path in ignored:
        return
    match _read(declared), _read(found):
        case ((None | Unknown() | Secret()), _):
            return
        case Mapping() as wanted, Mapping() as there:
            for key in wanted:
                deeper = _under(path, key)
                yield from differences(wanted[key], there.get(key), deeper, ignored)
        case list() as wanted, list() as there:
            yield from _in_lists(wanted, there, path, ignored)
        case wanted, there if not _equal(wanted, there):
            place = path.removesuffix(".value")
            yield f"{place} is {_shown(there)}, declared {_shown(wanted)}"


def _in_lists(
    wanted: list[Any], there: list[Any], path: str, ignored: Collection[str]
) -> Iterator[str]:
    """Items with names by their names, words as a set, and others by their order."""
    known = [one for one in wanted if not isinstance(one, _Untold)]
    wanted_by, there_by = _named(known), _named(there)
    more = [key for key in there_by if key not in wanted_by]
    if len(there) > len(wanted):
        for key in more:
            yield f"{_under(path, key)} is there, which nobody declares"
    for key, one in wanted_by.items():
        if key in there_by:
            yield from differences(one, there_by[key], _under(path, key), ignored)
        else:
            yield f"{_under(path, key)} is missing, declared {_shown(one)}"


def _named(items: Sequence[Any]) -> dict[str, Any]:
    return {_name(one, at): one for at, one in enumerate(items, 1)}


def _name(item: Any, at: int) -> str:
    match item:
        case {"name": str(name)} | {"key": str(name)}:
            return name
        case str():
            return item
    return str(at)


def _read(value: Any) -> Any:
    """Without what is an engine's own; text that is JSON says what is in it."""
    if isinstance(value, Mapping):
        return {key: one for key, one in value.items() if not _is_engines(key)}
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return value


def _is_engines(key: str) -> bool:
    return key in _ENGINES or key.startswith(_ENGINES_OWN)


def _equal(wanted: Any, there: Any) -> bool:
    """Nothing is nothing, however it is spelled, and so is a number."""
    if not wanted and not there:
        return True
    if isinstance(wanted, bool) or isinstance(there, bool):
        return wanted is there
    try:
        return float(wanted) == float(there)
    except (TypeError, ValueError):
        return wanted == there


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _shown(value: Any) -> str:
    if not value and value != 0:
        return "not there"
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def not_looked_at(left: Iterable[Resource]) -> tuple[str, ...]:
    """How many of each kind are declared and nobody compared: `3 MetricAlarm`."""
    real = (one for one in left if one.custom and not one.type.startswith("pulumi:"))
    kinds = Counter(one.type.rpartition(":")[2] for one in real)
    return tuple(f"{kinds[kind]} {kind}" for kind in sorted(kinds))
