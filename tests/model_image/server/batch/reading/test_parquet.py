"""Parquet, whole and damaged."""

import io

import numpy as np
import pytest
from arro3.core import Array, RecordBatch
from arro3.io import write_parquet

from model_image.server.batch.errors import BatchError
from model_image.server.batch.reading.parquet import Source


@pytest.fixture
def parquet() -> bytes:
    written = io.BytesIO()
    table = RecordBatch.from_arrays([Array.from_numpy(np.arange(10))], names=["a"])
    write_parquet(table, written, max_row_group_size=4)
    return written.getvalue()


def test_chunks_do_not_follow_row_groups(parquet: bytes):
    source = Source(io.BytesIO(parquet), 6)

    chunks = [(one.index, one.start, one.size) for one in source.chunks()]

    assert chunks == [(0, 0, 6), (1, 6, 4)]
    assert list(source.columns) == ["a"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PAR1"])
def test_a_file_that_is_not_parquet_is_refused(content: bytes):
    with pytest.raises(BatchError, match="not Parquet"):
        Source(io.BytesIO(content), 6)


def test_a_file_that_was_cut_off_is_refused(parquet: bytes):
    with pytest.raises(BatchError, match="cut off"):
        Source(io.BytesIO(parquet[:-20]), 6)


def test_a_damaged_index_is_told_in_a_sentence(parquet: bytes):
    damaged = parquet[:-8] + b"\xff\xff\xff\x7f" + parquet[-4:]

    with pytest.raises(BatchError, match="damaged Parquet"):
        Source(io.BytesIO(damaged), 6)
