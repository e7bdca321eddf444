"""JSON lines, good and bad."""

import io

import pytest

from model_image.server.batch.errors import BatchError
from model_image.server.batch.reading import Wanted
from model_image.server.batch.reading.jsonl import Source
from model_image.server.manifest import Input

INPUTS = (Input("a", "FP32", (-1, 1)),)


def _wanted(keep: tuple[str, ...] = ("a",), fixed: bool = False) -> Wanted:
    return Wanted(INPUTS, keep, True, frozenset({"label"}), True, fixed)


def test_blank_lines_are_no_rows():
    source = Source(io.BytesIO(b'{"a":1}\n\n  \n{"a":2}'), 10)

    chunk = next(source.chunks())

    assert source.rows(chunk, _wanted()).objects == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    "line", [b"[1]\n", b"{\n", b"7\n", b'{"a":1}{"a":2}\n', b"\xff\n"]
)
def test_a_line_that_is_no_object_is_broken_and_the_others_are_read(line: bytes):
    source = Source(io.BytesIO(b'{"a":1}\n' + line + b'{"a":3}\n'), 10)

    rows = source.rows(next(source.chunks()), _wanted())

    assert rows.objects == [{"a": 1}, {}, {"a": 3}]
    assert list(rows.broken) == [1]
    assert rows.shown(1) == line.decode(errors="replace").rstrip()


def test_an_object_over_two_lines_is_two_broken_ones():
    source = Source(io.BytesIO(b'{"a":0}\n{"a":\n1}\n'), 10)

    rows = source.rows(next(source.chunks()), _wanted())

    assert list(rows.broken) == [1, 2]


def test_columns_are_those_of_the_first_chunk():
    source = Source(io.BytesIO(b'{"a":1}\n{"a":1,"b":2}\n{"c":3}\n'), 2)

    assert list(source.columns) == ["a", "b"]
    assert [one.size for one in source.chunks()] == [2, 1]


def test_a_later_column_is_refused_where_all_rows_need_the_same():
    source = Source(io.BytesIO(b'{"a":1}\n{"a":1,"c":2}\n'), 1)
    chunks = list(source.chunks())

    loose = source.rows(chunks[1], _wanted())
    strict = source.rows(chunks[1], _wanted(fixed=True))

    assert not loose.broken
    assert strict.broken[0].feature == "c"


def test_a_row_with_a_column_that_the_answer_takes_is_broken():
    source = Source(io.BytesIO(b'{"a":1,"label":2}\n'), 1)

    rows = source.rows(next(source.chunks()), _wanted())

    assert rows.broken[0].feature == "label"


@pytest.mark.parametrize("text", [b"", b"\n", b"[1]\n", b"a,b\n1,2\n"])
def test_a_file_without_an_object_is_refused(text: bytes):
    with pytest.raises(BatchError, match="a line is a row"):
        Source(io.BytesIO(text), 2)
