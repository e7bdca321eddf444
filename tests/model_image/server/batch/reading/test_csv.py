"""CSV read as the world writes it."""

import io

import pytest

from model_image.server.batch.errors import BatchError
from model_image.server.batch.reading import Wanted
from model_image.server.batch.reading.csv import Source
from model_image.server.batch.table import TableRows
from model_image.server.manifest import Input

INPUTS = (Input("a", "FP32", (-1, 1)), Input("b", "BYTES", (-1, 1)))
WANTED = Wanted(INPUTS, ("a", "b"), True, frozenset(), False, True)


def _rows(text: bytes, size: int = 100) -> TableRows:
    source = Source(io.BytesIO(text), size)
    return source.rows(next(source.chunks()), WANTED)


def _cells(rows: TableRows) -> list[tuple[object, ...]]:
    return list(zip(*(rows.batch.column(n).to_pylist() for n in "ab"), strict=True))


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        (b"a,b\n1,x\n", [("1", "x")]),
        (b"\xef\xbb\xbfa,b\r\n1,x\r\n", [("1", "x")]),
        (b'a,b\n1,"x, ""y""\nz"\n2,w', [("1", 'x, "y"\nz'), ("2", "w")]),
        (b'a,b\n,"" \n\n,5" x\n', [(None, " "), (None, '5" x')]),
        (b"a,b\n,\n", [(None, None)]),
    ],
)
def test_cells_are_read_as_they_are_meant(text: bytes, cells: list[object]):
    rows = _rows(text)

    assert _cells(rows) == cells
    assert not rows.broken


@pytest.mark.parametrize(
    ("line", "expected", "got"),
    [
        (b"1\n", "2 cells", "1"),
        (b"1,2,3\n", "2 cells", "3"),
        (b"1,\xff\n", "a line of CSV", "bytes that are not UTF-8"),
        (b'1,"x\n', "a line of CSV", "a quoted cell that does not end"),
    ],
)
def test_a_broken_line_is_known_and_the_others_are_read(line, expected, got):
    rows = _rows(b"a,b\n1,x\n" + line + b"2,\n3,y\n")

    assert [cells for at, cells in enumerate(_cells(rows)) if at != 1] == [
        ("1", "x"),
        ("2", None),
        ("3", "y"),
    ]
    assert (rows.broken[1].expected, rows.broken[1].got) == (expected, got)
    assert rows.raw[1] == line.decode(errors="replace").rstrip()


def test_chunks_are_cut_by_rows_and_not_by_lines():
    source = Source(io.BytesIO(b'a,b\n1,"x\ny"\n2,z\n\n3,w\n'), 2)

    chunks = [(one.index, one.start, one.size) for one in source.chunks()]

    assert chunks == [(0, 0, 2), (1, 2, 1)]


@pytest.mark.parametrize("header", [b"", b"\xff,a\n", b",,\n", b"a,b,a\n"])
def test_a_header_that_names_no_columns_is_refused(header: bytes):
    with pytest.raises(BatchError):
        Source(io.BytesIO(header), 1)
