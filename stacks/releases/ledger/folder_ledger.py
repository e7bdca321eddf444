"""The ledger of a project outside git: the same event files, in a folder."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from .event import Event, LedgerError, Unless, require
from .ledger import Ledger
from .replay import file_name, replay

_LOCK_TIMEOUT_S = 30
_UNFINISHED = ".unfinished-"


class FolderLedger(Ledger):
    """
    Events as files of one folder on this machine.

    A file appears whole or not at all and is never written over. `HEAD` names the
    newest event, so that losing it is noticed. Whoever may write to the folder can
    still forge a whole history: nothing here is proof against the machine's owner.
    """

    def __init__(self, root: Path, folder: Path, notice: str | None = None) -> None:
        super().__init__(root, notice)
        self.folder = folder

    def add(self, draft: Event, unless: Unless | None = None) -> Event:
        with self._lock():
            events = self._replayed()
            require(unless, events)
            event = draft.after(events[-1] if events else None)
            self._write(file_name(len(events) + 1), event)
        return event

    def events(self) -> list[Event]:
        if not self.folder.is_dir():
            return []
        with self._lock():
            return self._replayed()

    def drain(self, take: Callable[[Event], None]) -> None:
        """Hand every event over, in order; then the ledger is gone."""
        with self._lock():
            for event in self._replayed():
                take(event)
            away = self.folder.with_name(f"{self.folder.name}.{os.getpid()}")
            self.folder.rename(away)
        shutil.rmtree(away, ignore_errors=True)

    def _replayed(self) -> list[Event]:
        head = self.folder / "HEAD"
        tip = head.read_text(errors="replace").strip() if head.exists() else None
        files = {path.name: path.read_bytes() for path in self.folder.glob("*.json")}
        return replay(files, tip, str(self.folder))

    def _write(self, name: str, event: Event) -> None:
        for leftover in self.folder.glob(f"{_UNFINISHED}*"):
            leftover.unlink()
        draft = self._draft(event.content())
        try:
            os.link(draft, self.folder / name)  # unlike a rename, it never overwrites
        except FileExistsError:
            raise LedgerError(
                f"{name} in {self.folder} was written by somebody who did not take the "
                "folder's lock; try again"
            ) from None
        finally:
            draft.unlink()
        self._draft(event.hash.encode() + b"\n").replace(self.folder / "HEAD")
        self._sync()

    def _draft(self, content: bytes) -> Path:
        descriptor, path = tempfile.mkstemp(prefix=_UNFINISHED, dir=self.folder)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return Path(path)

    def _sync(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Readers take it too: a listing may lack a file older than one it shows."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / ".lock", timeout=_LOCK_TIMEOUT_S):
                yield
        except Timeout:
            raise LedgerError(
                f"the ledger in {self.folder} stayed locked for {_LOCK_TIMEOUT_S} s; "
                "end the other `python -m stacks` or `pulumi up` that holds it"
            ) from None
        except OSError as error:
            raise LedgerError(
                f"the ledger in {self.folder} cannot be used ({error.strerror}); set "
                "SLIPWAY_STATE_HOME to a folder you may write to"
            ) from None
