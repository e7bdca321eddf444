"""Lines of CSV joined into records, as Python's own reader joins them."""

import csv
import io
from itertools import islice, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_image.server.batch.reading.records import records

ROWS = st.lists(
    st.lists(st.text('ab",\n\r ', max_size=6), min_size=2, max_size=4), max_size=8
)


@given(ROWS)
def test_a_record_is_what_a_row_was_written_as(rows: list[list[str]]):
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    lines = io.BytesIO(written.getvalue().encode())

    found = [
        next(csv.reader(io.StringIO(record.decode(), newline="")))
        for record in records(lines)
    ]

    assert found == rows


@pytest.mark.parametrize(
    "lines",
    [
        [b'5" pipe,1\n', b"b,2\n"],
        [b'a,6 " x\n', b'b,"2"\n'],
        [b'"a""",1\n', b"b,2\n"],
    ],
)
def test_a_quote_in_the_middle_of_a_cell_opens_nothing(lines: list[bytes]):
    assert list(records(lines)) == lines


def test_blank_lines_are_no_records():
    assert list(records([b"a\n", b"\n", b"\r\n", b"b"])) == [b"a\n", b"b"]


def test_a_quote_that_is_never_closed_costs_one_record():
    lines = [b'a,"oops\n', *[b"b,%d\n" % number for number in range(3000)]]

    assert list(records(lines)) == lines


def test_not_all_is_read_for_a_quote_that_is_never_closed():
    endless = repeat(b"b,1\n")

    assert next(records(x for x in (b'"oops\n', *islice(endless, 5000)))) == b'"oops\n'
