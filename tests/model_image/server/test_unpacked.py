"""Compressed files are read as a stream."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from model_image.server.unpacked import UnpackedError, unpacked

CONTENT = bytes(range(256)) * 5_000


@pytest.mark.parametrize(
    "pack", [bytes, gzip.compress, bz2.compress, lzma.compress, zlib.compress]
)
def test_the_content_is_what_was_packed(
    pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(pack(CONTENT))

    with unpacked(tmp_path / "file") as file:
        assert file.read(10) == CONTENT[:10]
        assert file.read() == CONTENT[10:]


def test_a_bomb_is_read_in_pieces(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(zlib.compress(bytes(50 << 20)))

    with unpacked(tmp_path / "file") as file:
        assert len(file.read1(1000)) <= 1 << 18  # type: ignore[attr-defined]


def test_a_stream_cut_short_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(zlib.compress(CONTENT)[:-10])

    with unpacked(tmp_path / "file") as file, pytest.raises(EOFError):
        file.read()


def test_lz4_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\x04\x22\x4d\x18" + bytes(20))

    with pytest.raises(UnpackedError, match="lz4"):
        unpacked(tmp_path / "file")
