"""Folders of work in progress: gone when the work ends, however it ends."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = ".slipway-"
_LOCK = ".lock"


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """
    An empty folder in `parent`, removed afterwards, as is a `parent` left empty.

    What a killed process left is removed first: its folder is no longer locked.
    """
    is_new = not parent.exists()
    parent.mkdir(parents=True, exist_ok=True)
    _sweep(parent)
    made = Path(tempfile.mkdtemp(prefix=".making-", dir=parent))
    with (made / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Only a locked folder ever has a name that others sweep.
        folder = made.rename(made.with_name(made.name.replace(".making-", _PREFIX)))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            if is_new:
                # Only when the work left nothing there.
                with suppress(OSError):
                    parent.rmdir()


def _sweep(parent: Path) -> None:
    for lock in parent.glob(f"{_PREFIX}*/{_LOCK}"):
        try:
            with lock.open("r") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock.parent, ignore_errors=True)
        except OSError:
            continue
