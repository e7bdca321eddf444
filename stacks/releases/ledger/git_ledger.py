"""The ledger in git: events as files on a branch that no work tree ever holds."""

import hashlib
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .event import Event, LedgerError, Unless, require
from .git_branch import GitBranch, UnreachableError
from .ledger import Ledger
from .replay import file_name, replay

REF = "refs/heads/slipway-ledger"
_TRIES = 60
_TRIES_WITH_REMOTE = 15
_TIP = "Slipway-Event: "


@dataclass(frozen=True)
class _Line:
    """The ledger as one line: this clone's newest commit, the remote's, and why the
    remote is not in it."""

    head: str | None
    theirs: str | None = None
    silence: str | None = None


class _OutrunError(Exception):
    """Somebody else wrote to the remote first."""


class GitLedger(Ledger):
    """
    Events on the branch `slipway-ledger`, shared with a remote where there is one.

    Writers never wait for each other: each adds to the newest commit it knows and
    moves the branch only if that is still the newest, here by compare-and-swap, on
    the remote because a push must be fast-forward; else it adds again, to the new one.

    An event is never lost to a remote that fails: it stays in this clone, `notice`
    says so, and the next append takes it along. That is no error, even for `verified`:
    failing the update would take down a service that was just proven. Others see too
    little meanwhile, which is safe: they refuse what they cannot see verified.
    """

    def __init__(self, root: Path, remote: str | None = None) -> None:
        super().__init__(root)
        self.remote = remote
        self._branch = GitBranch(root, REF)
        mark = hashlib.sha256((remote or "").encode()).hexdigest()[:12]
        # Not refs/remotes: a plain `git fetch` moves that, even to a forged history.
        self._seen = f"refs/slipway/seen-{mark}"

    def add(self, draft: Event, unless: Unless | None = None) -> Event:
        for attempt in _tries():
            line = self._joined()
            events = self._events(line.head)
            require(unless, events)
            event = draft.after(events[-1] if events else None)
            commit = self._added(line.head, len(events), event)
            try:
                silence = self._published(commit, line, attempt)
            except _OutrunError:
                continue
            public = self.remote is not None and silence is None
            # If another process moved our branch after we published: the next
            # reader joins the two.
            if self._branch.move(REF, commit, line.head) or public:
                self._tell(_Line(commit, commit if public else line.theirs, silence))
                return event
        raise _outrun()

    def events(self) -> list[Event]:
        line = self._joined()
        self._tell(line)
        return self._events(line.head)

    def _events(self, commit: str | None) -> list[Event]:
        if commit is None:
            return []
        files, message = self._branch.read(commit)
        _, marked, tip = message.rpartition(_TIP)
        place = "branch slipway-ledger"
        if not marked:
            raise LedgerError(
                f"commit {commit[:12]} of {place} was not written by Slipway; move the "
                "branch back to the last commit that was"
            )
        return replay(files, tip.strip(), place)

    def _added(self, head: str | None, position: int, event: Event) -> str:
        # Pipelines that build every branch leave this one alone.
        subject = f"{event.kind} in {event.stack}: {event.release}"
        message = f"{subject}\n\n[skip ci]\n\n{_TIP}{event.hash}\n"
        name = file_name(position + 1)
        return self._branch.add(head, name, event.content(), message, event.at)

    def _joined(self) -> _Line:
        """Make one line of this clone's events and the remote's."""
        for _ in _tries():
            refs = self._branch.commits(REF, self._seen, self._tracking)
            ours, seen = refs.get(REF), refs.get(self._seen)
            theirs, silence = seen or refs.get(self._tracking), None
            if self.remote:
                try:
                    theirs = self._fetched(self.remote, ours, seen)
                except UnreachableError as error:
                    silence = str(error)
            head = self._on_top(theirs, ours)
            if head is None or head == ours or self._branch.move(REF, head, ours):
                return _Line(head, theirs, silence)
        raise _outrun()

    @property
    def _tracking(self) -> str:
        """What `git clone` brought along, for a clone that is offline since."""
        return f"refs/remotes/{self.remote}/slipway-ledger"

    def _fetched(self, remote: str, ours: str | None, seen: str | None) -> str | None:
        theirs = self._branch.remote_commit(remote)
        if theirs == seen:
            return theirs
        if theirs and theirs != ours:
            self._branch.fetch(remote, theirs)
        self._require_grown(seen, theirs)
        if theirs:
            self._events(theirs)  # a broken history must not become this clone's
            self._branch.move(self._seen, theirs, seen)
        return theirs

    def _require_grown(self, seen: str | None, theirs: str | None) -> None:
        before = self._branch.listing(seen) if seen else {}
        after = self._branch.listing(theirs) if theirs else {}
        for name, content in before.items():
            if after.get(name) != content:
                raise LedgerError(
                    f"{name} of the ledger on {self._where} is not what this clone saw "
                    "there before: its history was rewritten; find out by whom, then "
                    f"push the branch again or, to accept it, `git update-ref -d "
                    f"{self._seen}`"
                )

    def _on_top(self, theirs: str | None, ours: str | None) -> str | None:
        """Our unpublished events after all of theirs."""
        if theirs is None or ours is None:
            return ours or theirs
        if self._branch.precedes(theirs, ours):
            return ours
        if self._branch.precedes(ours, theirs):
            return theirs
        done = self._events(theirs)
        public = {event.hash for event in done}
        head = theirs
        for event in self._events(ours):
            if event.hash not in public:
                done.append(event.after(done[-1], late=True))
                head = self._added(head, len(done) - 1, done[-1])
        return head

    def _published(self, commit: str, line: _Line, attempt: int) -> str | None:
        """Push the commit; the answer is why the remote will not have it."""
        if self.remote is None or line.silence:
            return line.silence
        if attempt > _TRIES_WITH_REMOTE:
            return "others kept writing to it"
        try:
            self._branch.push(self.remote, commit)
        except UnreachableError as error:
            time.sleep(random.uniform(0.1, 0.3))  # the other writer ends meanwhile
            if self._moved(line):
                raise _OutrunError from None
            return str(error)
        self._branch.move(self._seen, commit, line.theirs)
        return None

    def _moved(self, line: _Line) -> bool:
        try:
            return self._branch.remote_commit(self.remote or "") != line.theirs
        except UnreachableError:
            return False

    def _tell(self, line: _Line) -> None:
        """Set the notice: what we cannot see of others, or they of this clone."""
        said = []
        self.blind = None
        if line.silence:
            self.blind = f"{self._where} is out of reach: {line.silence}"
            said.append(f"{self._where} is out of reach ({line.silence})")
        if self.remote and line.head and line.head != line.theirs:
            public = self._branch.listing(line.theirs) if line.theirs else {}
            count = len(self._branch.listing(line.head)) - len(public)
            said.append(
                f"{count} of this clone's events are not there yet; the next one takes "
                f"them along, or `git push {self._where} slipway-ledger`"
            )
        self.notice = f"ledger: {': '.join(said)}" if said else None

    @property
    def _where(self) -> str:
        return re.sub(r"//[^/@\s]+@", "//", self.remote or "this clone")


def _tries() -> Iterator[int]:
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(random.uniform(0, 0.05))
        yield attempt


def _outrun() -> LedgerError:
    return LedgerError("others kept writing to the ledger; try again")
