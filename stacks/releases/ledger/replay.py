"""A ledger's files as one line of events: every link of it checked."""

import re
from collections.abc import Mapping

from .event import Event, LedgerError, sha256


def file_name(position: int) -> str:
    """
    The file of the event at a position, counted from 1.

    The position is the whole name, so two writers of the same place collide (in a
    folder, and in a git merge done by hand) where they would otherwise fork.
    """
    return f"{position:06}.json"


def replay(files: Mapping[str, bytes], tip: str | None, place: str) -> list[Event]:
    """
    The events of a ledger's files in order, or a LedgerError that names the file.

    Every file is as Slipway wrote it, none is missing, each event follows the one
    before it. `tip` is a hash kept apart from the files: without it nobody would miss
    the newest ones. It may lag behind, for a writer can die before moving it.
    """
    events: list[Event] = []
    names: dict[str, str] = {}
    before: str | None = None
    for stray in sorted(name for name in files if not re.fullmatch(_NAME, name)):
        raise LedgerError(f"{stray!r} in {place} is not an event's file; remove it")
    for position in range(1, len(files) + 1):
        name = file_name(position)
        if name not in files:
            raise LedgerError(f"{name} is missing from {place}; put it back")
        event = Event.read(files[name], f"{name} in {place}")
        _require_successor(event, name, before, names, place)
        events.append(event)
        before = sha256(files[name])
        names[before] = name
    # The first event's writer may have died before it left a tip; no later one's can.
    if tip not in names and (tip is not None or len(events) > 1):
        last = file_name(len(events)) if events else "no event"
        raise LedgerError(
            f"{place} ends with {last}, which is not the newest event that was written "
            f"({tip or 'unknown'}): events after it were removed, or it was edited; "
            "put back the files that Slipway wrote"
        )
    return events


_NAME = r"\d{6,}\.json"


def _require_successor(
    event: Event, name: str, before: str | None, names: Mapping[str, str], place: str
) -> None:
    """`names` are the files of the events before, by hash; `before` is the last."""
    if event.parent == before:
        return
    if before is None:
        problem = f"comes first, yet names {event.parent} as the event before it"
    elif event.parent is None:
        problem = f"begins a second history, though it comes after {names[before]}"
    elif event.parent in names:
        problem = f"follows {names[event.parent]}, which is not the event before it"
    else:
        problem = (
            f"names {event.parent} as the event before it, but {names[before]} is "
            f"{before}: one of the two was edited or replaced"
        )
    raise LedgerError(f"{name} in {place} {problem}; put back what Slipway wrote")
