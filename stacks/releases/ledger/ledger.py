"""What a ledger is, wherever its events are kept."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue

from .author import author
from .event import Event, Kind, Release, Unless, now


class Ledger(ABC):
    """
    Events of all stacks of a project, oldest first.

    Its methods raise LedgerError, one sentence that names the event file, when the
    ledger cannot be read or somebody forged it; none builds on a broken one.
    """

    def __init__(self, root: Path, notice: str | None = None) -> None:
        self.root = root
        self.notice = notice
        """After a call: a sentence the user must see, such as that others cannot see
        the new event yet."""
        self.blind: str | None = None
        """After a call: why events of others may be missing from it."""

    def append(
        self,
        kind: Kind,
        stack: str,
        release: Release,
        deployment: str | None = None,
        evidence: Mapping[str, JsonValue] | None = None,
        unless: Unless | None = None,
    ) -> Event:
        """
        Add an event after all others; once it returns, the event is on disk.

        `unless` is asked about exactly the events that it would follow; the reason it
        gives is raised as Overtaken, and nothing is written.
        """
        draft = Event(
            kind=kind,
            at=now(),
            by=author(self.root),
            stack=stack,
            release=release,
            deployment=deployment,
            evidence=dict(evidence or {}),
        )
        return self.add(draft, unless)

    @abstractmethod
    def add(self, draft: Event, unless: Unless | None = None) -> Event:
        """The draft as it stands in the ledger, after all others, as `append` says."""

    @abstractmethod
    def events(self) -> list[Event]:
        """All of them."""
