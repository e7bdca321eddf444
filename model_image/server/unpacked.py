"""Files that joblib and friends compress, read as a stream of bounded pieces."""

import bz2
import gzip
import io
import lzma
import zlib
from pathlib import Path
from typing import IO, Any

_PIECE = 1 << 18


class UnpackedError(Exception):
    """A compressed file that cannot be read; the message says what was found."""


class _Inflated(io.RawIOBase):
    """A bare zlib stream, which is joblib's default and no file of any tool."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._stream = zlib.decompressobj()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = b""
        while not piece and not self._stream.eof:
            given = self._stream.unconsumed_tail or self._file.read(_PIECE)
            if not given:
                raise EOFError("the stream ends too early")
            piece = self._stream.decompress(given, len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._file.close()
        super().close()


def compression(head: bytes) -> str:
    """Which compression a file's first bytes tell of; `""` for none."""
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"BZh"):
        return "bz2"
    if head.startswith((b"\xfd7zXZ\x00", b"]\x00\x00")):
        return "xz"
    if head.startswith(b"\x04\x22\x4d\x18"):
        return "lz4"
    if head[:1] == b"x" and int.from_bytes(head[:2], "big") % 31 == 0:
        return "zlib"
    return ""


def unpacked(path: Path) -> IO[bytes]:
    """The file's content, decompressed while it is read."""
    with path.open("rb") as file:
        kind = compression(file.read(8))
    if kind == "lz4":
        raise UnpackedError("it is compressed with lz4, which is not read here")
    if kind == "zlib":
        return io.BufferedReader(_Inflated(path.open("rb")), _PIECE)
    openers: dict[str, Any] = {"gzip": gzip.open, "bz2": bz2.open, "xz": lzma.open}
    return openers.get(kind, open)(path, "rb")
