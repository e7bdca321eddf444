"""Properties that are not as they were, as a person reads them."""

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from stacks.offline.diff import Change, differences
from stacks.offline.values import Sealed, Secret, Unknown

from .record import Property

UNKNOWN = "(known after the update)"
_LONG = 120


def properties(changes: Mapping[str, Change]) -> tuple[Property, ...]:
    """Each change by its path; of JSON and long texts, what differs in them."""
    return tuple(one for path, change in changes.items() for one in _told(path, change))


def _told(path: str, change: Change) -> Iterator[Property]:
    before, after = change.before, change.after
    if isinstance(before, str) and isinstance(after, str):
        documents = _document(before), _document(after)
        if None not in documents:
            for inner, deeper in differences(*documents).items():
                yield from _told(f"{path}.{inner}" if inner else path, deeper)
            return
        if "\n" in before or "\n" in after:
            yield Property(path=path, lines=_lines(before, after))
            return
    had, has = change.kind != "add", change.kind != "delete"
    if had and has and isinstance(before, Secret | Sealed):
        yield Property(path=path, before="[secret]", after="[another secret]")
        return
    yield Property(
        path=path,
        before=text(before) if had else None,
        after=text(after) if has else None,
    )


def text(value: Any) -> str:
    """A value on one line; what is long and of one piece is cut in the middle."""
    match value:
        case Unknown():
            return UNKNOWN
        case Secret() | Sealed():
            return "[secret]"
        case str():
            told = value
        case _:
            told = json.dumps(value, default=text, ensure_ascii=False)
    told = told.replace("\n", "⏎")
    return (
        told if len(told) <= _LONG else f"{told[: _LONG // 2]} … {told[-_LONG // 3 :]}"
    )


def _document(value: str) -> Any:
    """What is in a text that is JSON; None of any other."""
    if value[:1] not in ("{", "["):
        return None
    try:
        return json.loads(value)
    except ValueError:
        return None


def _lines(before: str, after: str) -> str:
    told = difflib.unified_diff(
        before.splitlines(), after.splitlines(), lineterm="", n=1
    )
    return "\n".join(list(told)[2:])
