"""The ledger behind glass: what is recorded when the ledger itself cannot be used."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from .event import Event, Kind, LedgerError, Overtaken, Release, Unless
from .folder_ledger import FolderLedger
from .git_ledger import GitLedger


class EmergencyLedger:
    """
    A ledger that a broken glass keeps usable.

    As long as the ledger works, it is the ledger. When it cannot be read or written, a
    `break-glass` event, which asks for a reason, is kept on this machine, and so is
    what follows it of that release; all of it goes into the ledger when that works.
    """

    def __init__(self, usual: GitLedger | FolderLedger, spool: FolderLedger) -> None:
        self.usual = usual
        self._spool = spool
        self.notice = usual.notice
        self.blind: str | None = None

    def append(
        self,
        kind: Kind,
        stack: str,
        release: Release,
        deployment: str | None = None,
        evidence: Mapping[str, JsonValue] | None = None,
        unless: Unless | None = None,
    ) -> Event:
        try:
            self._deliver()
            event = self.usual.append(
                kind, stack, release, deployment, evidence, unless
            )
        except Overtaken:
            raise
        except LedgerError as error:
            if kind != "break-glass" and not self._broken_for(stack, release):
                raise
            self._tell(error)
            return self._spool.append(
                kind, stack, release, deployment, evidence, unless
            )
        self.notice, self.blind = self.usual.notice, self.usual.blind
        return event

    def events(self) -> list[Event]:
        try:
            self._deliver()
            events = self.usual.events()
        except LedgerError as error:
            spooled = self._spooled()
            if not spooled:
                raise
            self._tell(error)
            return list(spooled)
        self.notice, self.blind = self.usual.notice, self.usual.blind
        return events

    def _broken_for(self, stack: str, release: Release) -> bool:
        """Nothing is kept but what follows a broken glass."""
        return any(
            event.kind == "break-glass"
            and event.stack == stack
            and event.release.digest == release.digest
            for event in self._spooled()
        )

    def _spooled(self) -> Sequence[Event]:
        return self._spool.events() if self._spool.folder.is_dir() else ()

    def _deliver(self) -> None:
        """Take what was kept into the ledger, each event once."""
        if not self._spooled():
            return
        known = {str(one.evidence.get("kept")) for one in self.usual.events()}

        def take(event: Event) -> None:
            if event.hash in known:
                return
            happened = {"kept": event.hash, "happened": event.at.isoformat()}
            self.usual.append(
                event.kind,
                event.stack,
                event.release,
                event.deployment,
                {**event.evidence, **happened},
            )

        self._spool.drain(take)

    def _tell(self, error: LedgerError) -> None:
        self.blind = f"the ledger cannot be used: {error}"
        self.notice = (
            f"{self.blind}; what happens is kept in {self._spool.folder} and goes into "
            "the ledger when it can"
        )
