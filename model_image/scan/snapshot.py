"""A private, read-only copy, so that what was scanned is what is used."""

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from model_image.errors import PackError

_PIECE = 1 << 20
_MOST_FILES = 20_000
_MOST_DEPTH = 20
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Origin(msgspec.Struct, frozen=True):
    """Where a model came from: its name, and a digest of exactly what was copied."""

    name: str
    sha256: str
    size: int


def snapshot(path: Path, into: Path, limit_bytes: int) -> Origin:
    """
    Copy a file or folder to `into`, which must not exist, and say what was copied.

    Only regular files under plain names are copied, none through a link, and none that
    changes meanwhile. When anything fails nothing is left at `into`.
    """
    _check_name(path, path.name)
    if os.path.lexists(into):
        raise PackError(f"{into} is in the way of a copy of {path}; remove it")
    try:
        try:
            source = os.open(path, _FLAGS)
        except OSError as error:
            raise PackError(_unreadable(path, error)) from None
        with _closing(source):
            copy = _Copy(limit_bytes)
            copy.add(path, source, into, 0)
        return Origin(path.name, copy.digest(), copy.size)
    except BaseException as failure:
        _remove(into)
        if isinstance(failure, OSError):
            raise PackError(
                f"{path} cannot be copied to {into.parent} ({failure.strerror}); make "
                "room there, or set TMPDIR"
            ) from None
        raise


class _Copy:
    """The files copied so far."""

    def __init__(self, limit: int) -> None:
        self.size = 0
        self._limit = limit
        self._files: dict[str, str] = {}

    def digest(self) -> str:
        """The file's own digest, or one of a folder's names and digests."""
        if self._files.keys() == {""}:
            return self._files[""]
        lines = [f"{digest}  {name}\n" for name, digest in sorted(self._files.items())]
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def add(
        self, path: Path, source: int, into: Path, depth: int, name: str = ""
    ) -> None:
        """Copy what is open as `source`, and all below it."""
        before = os.fstat(source)
        if stat.S_ISDIR(before.st_mode):
            self._add_folder(path, source, into, depth, name)
        elif stat.S_ISREG(before.st_mode):
            self._add_file(path, source, into, name, before)
        else:
            raise PackError(
                f"{path} is a device, pipe or socket; give a file or folder"
            )

    def _add_folder(
        self, path: Path, source: int, into: Path, depth: int, name: str
    ) -> None:
        if depth > _MOST_DEPTH:
            raise PackError(f"{path} is nested too deeply to be a model's folder")
        into.mkdir(mode=0o700)
        for child in sorted(os.listdir(source)):
            _check_name(path / child, child)
            if len(self._files) >= _MOST_FILES:
                raise PackError(f"{path} holds more than {_MOST_FILES:,} files")
            try:
                opened = os.open(child, _FLAGS, dir_fd=source)
            except OSError as error:
                raise PackError(_unreadable(path / child, error)) from None
            with _closing(opened):
                below = f"{name}/{child}" if name else child
                self.add(path / child, opened, into / child, depth + 1, below)
        into.chmod(0o500)

    def _add_file(
        self, path: Path, source: int, into: Path, name: str, before: os.stat_result
    ) -> None:
        if self.size + before.st_size > self._limit:
            raise PackError(
                f"{path} makes {(self.size + before.st_size) >> 20:,} MiB, more than "
                f"the {self._limit >> 20:,} MiB that are allowed; raise the limit if "
                "the model is as large as that"
            )
        digest, copied = hashlib.sha256(), 0
        with into.open("xb") as target:
            while piece := os.read(source, _PIECE):
                copied += len(piece)
                if copied > before.st_size:
                    break
                digest.update(piece)
                target.write(piece)
        after = os.fstat(source)
        if copied != before.st_size or _state(before) != _state(after):
            raise PackError(
                f"{path} changed while it was read; wait until it is written"
            )
        into.chmod(0o400)
        self.size += copied
        self._files[name] = digest.hexdigest()


def _state(status: os.stat_result) -> tuple[int, ...]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _check_name(path: Path, name: str) -> None:
    if not name.isprintable() or not _is_text(name):
        raise PackError(
            f"{str(path)!r} has a character in its name that cannot be shown; rename it"
        )


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unreadable(path: Path, error: OSError) -> str:
    if path.is_symlink():
        return f"{path} is a link; give the file or folder itself"
    return f"{path} cannot be read ({error.strerror}); give a file or folder"


@contextmanager
def _closing(descriptor: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(descriptor)


def _remove(into: Path) -> None:
    if into.is_dir() and not into.is_symlink():
        for folder, _, _ in os.walk(into):
            os.chmod(folder, 0o700)
        shutil.rmtree(into)
    else:
        into.unlink(missing_ok=True)
