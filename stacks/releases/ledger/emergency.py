"""The ledger behind glass: what is recorded when the ledger itself cannot be used."""

from collections.abc import Sequence

from .event import Event, LedgerError, Overtaken, Unless
from .folder_ledger import FolderLedger
from .ledger import Ledger


class EmergencyLedger(Ledger):
    """
    A ledger that a broken glass keeps usable.

    As long as the ledger works, it is the ledger. When it cannot be read or written, a
    `break-glass` event, which asks for a reason, is kept on this machine, and so is
    what follows it of that release; all of it goes into the ledger when that works.
    """

    def __init__(self, usual: Ledger, spool: FolderLedger) -> None:
        super().__init__(usual.root, usual.notice)
        self.usual = usual
        self._spool = spool

    def add(self, draft: Event, unless: Unless | None = None) -> Event:
        try:
            self._deliver()
            event = self.usual.add(draft, unless)
        except Overtaken:
            raise
        except LedgerError as error:
            if draft.kind != "break-glass" and not self._broken_for(draft):
                raise
            self._tell(error)
            return self._spool.add(draft, unless)
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

    def _broken_for(self, draft: Event) -> bool:
        """Nothing is kept but what follows a broken glass."""
        return any(
            event.kind == "break-glass"
            and event.stack == draft.stack
            and event.release.digest == draft.release.digest
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
