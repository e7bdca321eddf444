"""A file's content as if it were in memory, decompressed where it must be."""

import mmap
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from lzma import LZMAError
from pathlib import Path
from typing import IO

from model_image.errors import PackError
from model_image.scan.stream.machine import Buffer
from model_image.server.unpacked import UnpackedError, compression, unpacked

MOST_UNPACKED = 8 << 30
MOST_TIMES = 500
"""More than any model shrinks; arrays of zeros come near it."""

_FLOOR = 64 << 20
_PIECE = 1 << 20


@contextmanager
def mapped(path: Path) -> Iterator[Buffer]:
    """The file's bytes, mapped: none is read before it is looked at."""
    with path.open("rb") as file:
        head = file.read(8)
        if not head:
            raise PackError(f"{path} is empty; save the model again")
        if not compression(head):
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                yield data
            return
    with tempfile.TemporaryFile() as spool:
        _unpack(path, spool)
        with mmap.mmap(spool.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


def most_unpacked(size: int) -> int:
    """How many bytes something of this size may become."""
    return min(max(size * MOST_TIMES, _FLOOR), MOST_UNPACKED)


def _unpack(path: Path, spool: IO[bytes]) -> None:
    most = most_unpacked(path.stat().st_size)
    try:
        with unpacked(path) as file:
            while piece := file.read(_PIECE):
                if spool.tell() + len(piece) > most:
                    raise PackError(
                        f"{path} unpacks to more than {most >> 20} MiB; save the model "
                        "without compression if it is as large as that"
                    )
                spool.write(piece)
        spool.flush()
    except (OSError, EOFError, zlib.error, LZMAError, UnpackedError) as error:
        raise PackError(
            f"{path} cannot be unpacked ({error}); save the model again, with "
            "`joblib.dump(model, FILE, compress=3)` for instance"
        ) from None
    if not spool.tell():
        raise PackError(f"{path} is empty inside; save the model again")
