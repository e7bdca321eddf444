"""Files of this machine, renamed into place when they are whole."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..errors import BatchError

_UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class DiskPlace:
    """A path."""

    path: Path
    address: str

    @classmethod
    def at(cls, address: str) -> "DiskPlace":
        return cls(Path(address.removeprefix("file://")), address)

    def version(self) -> str:
        try:
            found = self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return ""
        return f"{found.st_size}-{found.st_mtime_ns}"

    def size(self) -> int:
        return self.path.stat().st_size

    def read(self) -> bytes:
        return self.path.read_bytes()

    def open(self) -> IO[bytes]:
        return self.path.open("rb")

    def write(self, content: bytes) -> None:
        with self.created() as file:
            file.write(content)

    @contextmanager
    def created(self) -> Iterator[IO[bytes]]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.path.with_name(self.path.name + _UNFINISHED)
        try:
            with unfinished.open("wb") as file:
                yield file
                file.flush()
                # A rename may outlive a power cut that the bytes do not.
                os.fsync(file.fileno())
            unfinished.replace(self.path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

    def remove(self) -> None:
        if self.path.is_dir():
            shutil.rmtree(self.path)
        else:
            self.path.unlink(missing_ok=True)

    def child(self, name: str) -> "DiskPlace":
        return DiskPlace(self.path / name, f"{self.address.rstrip('/')}/{name}")

    def beside(self, suffix: str) -> "DiskPlace":
        return DiskPlace.at(self.address.rstrip("/") + suffix)

    def names(self) -> frozenset[str]:
        return frozenset(
            path.relative_to(self.path).as_posix()
            for path in self.path.rglob("*")
            if path.is_file() and path.suffix != _UNFINISHED
        )

    @contextmanager
    def held(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("wb") as file:
            if not self._locked(file):
                raise BatchError(
                    f"another process is at work in {self.path.parent}; wait for it, "
                    "or name another output"
                )
            try:
                yield
            finally:
                self.path.unlink(missing_ok=True)
                # A job that was refused leaves no empty folder.
                with suppress(OSError):
                    self.path.parent.rmdir()

    def _locked(self, file: IO[bytes]) -> bool:
        """Whether it is ours, and still the file that others will find here."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return os.path.samestat(os.fstat(file.fileno()), self.path.stat())
        except (BlockingIOError, FileNotFoundError):
            return False
