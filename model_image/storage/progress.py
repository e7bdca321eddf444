"""How far a transfer is: a sentence now and then, for what takes long."""

import io
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from model_image.environment import Say

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


_EVERY_S = 5.0


class Progress:
    """Says how much has passed, no oftener than every five seconds."""

    def __init__(self, doing: str, say: Say) -> None:
        self._doing, self._say = doing, say
        self._passed, self._told = 0, time.monotonic()

    def add(self, size: int) -> None:
        """So many bytes more have passed."""
        self._passed += size
        if time.monotonic() - self._told >= _EVERY_S:
            self._told = time.monotonic()
            self._say(f"{self._doing}: {in_words(self._passed)} so far")


def watched(pieces: Iterable[bytes], doing: str, say: Say) -> Iterator[bytes]:
    """Pass the pieces on; while that takes long, say how much has passed."""
    progress = Progress(doing, say)
    for piece in pieces:
        progress.add(len(piece))
        yield piece


def opened(content: bytes | Path, name: str, say: Say) -> IO[bytes]:
    """What is to be uploaded, as a file that says how much of it was read."""
    if isinstance(content, bytes):
        return io.BytesIO(content)
    return io.BufferedReader(_Watched(content, Progress(f"uploading {name}", say)))


def in_words(size: float) -> str:
    """A number of bytes as people say it."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


class _Watched(io.FileIO):
    def __init__(self, path: Path, progress: Progress) -> None:
        super().__init__(path)
        self._progress = progress

    def readinto(self, buffer: "WriteableBuffer", /) -> int | None:
        count = super().readinto(buffer)
        self._progress.add(count or 0)
        return count
