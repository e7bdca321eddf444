"""What differs between two sets of properties."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Change:
    """One property that is not as it was; a secret shows as `[secret]`."""

    kind: Literal["add", "delete", "update"]
    before: Any = None
    after: Any = None


def differences(before: Any, after: Any) -> dict[str, Change]:
    """Each change by its path, such as `ports[0].external`."""
    return dict(_walk("", before, after))


def top(path: str) -> str:
    """The property that a path starts at."""
    return path.split(".")[0].split("[")[0]


def _walk(path: str, before: Any, after: Any) -> Iterator[tuple[str, Change]]:
    match before, after:
        case dict(), dict():
            for key in sorted({*before, *after}):
                deeper = f"{path}.{key}" if path else key
                yield from _either(
                    deeper, before, after, key in before, key in after, key
                )
        case list(), list():
            for index in range(max(len(before), len(after))):
                yield from _either(
                    f"{path}[{index}]",
                    before,
                    after,
                    index < len(before),
                    index < len(after),
                    index,
                )
        case _ if before != after:
            yield path, Change("update", before, after)


def _either(
    path: str, before: Any, after: Any, had: bool, has: bool, key: Any
) -> Iterator[tuple[str, Change]]:
    if not had:
        yield path, Change("add", after=after[key])
    elif not has:
        yield path, Change("delete", before=before[key])
    else:
        yield from _walk(path, before[key], after[key])


def unordered(values: list[Any]) -> list[Any]:
    """A list whose order means nothing, in an order of its own."""
    return sorted(values, key=lambda v: json.dumps(v, sort_keys=True, default=repr))
