"""Where the history of releases is shared."""

from .section import Section


class LedgerSettings(Section):
    """The ledger is a branch of this clone; a remote makes it everybody's."""

    remote: str | None = None
    """A git remote, such as origin; a push that is not fast-forward is the lock."""
