"""Every format in, every format out: the same rows, and what types the format has."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from arro3.core import Array, DataType, Field, RecordBatch, Schema, list_array
from arro3.io import read_parquet, write_parquet

from model_image.server.batch.arrow import table
from tests.own_package import own_package

Batch = Callable[..., Any]
CSV = "id,city,age\n007,Oslo,3\nx,,1.5\n"
JSONL = '{"id":7,"city":"Oslo","age":3}\n{"city":null,"age":1.5,"id":[1]}\n'
DOUBLED = (6.0, 3.0)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A model of a text and a number, which repeats one and doubles the other."""
    code = (
        "class Both:\n"
        "    def load(self, folder): pass\n"
        "    def predict(self, frame):\n"
        '        shown = frame.city.fillna("nowhere").astype(object)\n'
        '        return {"shown": shown.to_numpy(), "doubled": frame.age * 2}\n'
    )
    answer = {"shown": "Oslo", "doubled": 7.0}
    files = {"code/both.py": code}
    return own_package(tmp_path / "own", files, answer=answer, entry="both:Both")


@pytest.fixture
def parquet(tmp_path: Path) -> None:
    """The rows as Parquet: dates and 64-bit numbers, which only it has."""
    schema = Schema(
        [
            Field("id", DataType.int64()),
            Field("city", DataType.utf8(), nullable=True),
            Field("age", DataType.float64(), nullable=True),
        ]
    )
    columns = [
        Array([2**60 + 1, -1], DataType.int64()),
        Array(["Oslo", None], DataType.utf8()),
        Array([3.0, 1.5], DataType.float64()),
    ]
    rows = RecordBatch.from_arrays(columns, schema=schema)
    write_parquet(rows, tmp_path / "in.parquet")


def _table(path: str) -> dict[str, Any]:
    read = read_parquet(path).read_all()
    return {name: read.column(name).to_pylist() for name in read.column_names}


def test_csv_to_json_has_numbers_where_the_model_saw_them(batch: Batch, own: Path):
    ran = batch(
        "-", "-", "--format", "csv", "--to", "jsonl", model=own, stdin=CSV.encode()
    )

    assert [json.loads(line) for line in ran.out.splitlines()] == [
        {"id": "007", "city": "Oslo", "age": 3.0, "shown": "Oslo", "doubled": 6.0},
        {"id": "x", "city": None, "age": 1.5, "shown": "nowhere", "doubled": 3.0},
    ]


def test_csv_to_parquet_has_types(batch: Batch, own: Path):
    Path("in.csv").write_text(CSV)

    batch("in.csv", "out.parquet", "--rows", "1", model=own)

    assert _table("out.parquet") == {
        "id": ["007", "x"],
        "city": ["Oslo", None],
        "age": [3.0, 1.5],
        "shown": ["Oslo", "nowhere"],
        "doubled": [6.0, 3.0],
    }


def test_json_to_json_leaves_the_line_as_it_was(batch: Batch, own: Path):
    ran = batch("-", "-", "--format", "jsonl", model=own, stdin=JSONL.encode())

    assert ran.out.decode().splitlines() == [
        '{"id":7,"city":"Oslo","age":3,"shown":"Oslo","doubled":6.0}',
        '{"city":null,"age":1.5,"id":[1],"shown":"nowhere","doubled":3.0}',
    ]


def test_json_to_csv_writes_what_is_no_text_as_json(batch: Batch, own: Path):
    ran = batch(
        "-", "-", "--format", "jsonl", "--to", "csv", model=own, stdin=JSONL.encode()
    )

    frame = pd.read_csv(io.BytesIO(ran.out), dtype=object, keep_default_na=False)
    assert frame["id"].tolist() == ["7", "[1]"]
    assert frame["city"].tolist() == ["Oslo", ""]
    assert frame["doubled"].tolist() == ["6.0", "3.0"]


@pytest.mark.usefixtures("parquet")
def test_parquet_keeps_its_types(batch: Batch, own: Path):
    batch("in.parquet", "out.parquet", "--rows", "1", model=own)

    schema = read_parquet("out.parquet").schema
    assert _table("out.parquet")["id"] == [2**60 + 1, -1]
    assert DataType.is_int64(schema.field("id").type)


@pytest.mark.usefixtures("parquet")
@pytest.mark.parametrize("name", ["out.csv", "out.jsonl"])
def test_parquet_goes_to_text(batch: Batch, own: Path, name: str):
    batch("in.parquet", name, model=own)

    text = Path(name).read_text().splitlines()
    assert (str(2**60 + 1) in text[-2], "6.0" in text[-2]) == (True, True)


def test_a_type_that_the_model_does_not_take_is_refused_at_once(
    batch: Batch, own: Path
):
    columns = {
        "city": Array(["a"], DataType.utf8()),
        "age": Array(["1"], DataType.utf8()),
    }
    write_parquet(table(columns), "in.parquet")

    ran = batch("in.parquet", "out.csv", model=own)

    assert ran.code == 1
    assert ran.error == (
        "the column 'age' is Utf8, and the model takes a number (FP64); convert it"
    )


def test_a_list_does_not_go_into_csv(batch: Batch, own: Path):
    offsets = Array.from_numpy(np.array([0, 1], np.int32))
    lists = list_array(offsets, Array(["a"], DataType.utf8()))
    columns = {
        "city": Array(["Oslo"], DataType.utf8()),
        "age": Array([1.0], DataType.float64()),
        "tags": lists,
    }
    write_parquet(table(columns), "in.parquet")

    ran = batch("in.parquet", "out.csv", model=own)

    assert "the column 'tags' is List" in ran.error
    assert "which CSV cannot hold" in ran.error


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_no_good_row_at_all_is_an_output_without_rows(
    batch: Batch, own: Path, kind: str
):
    Path("in.csv").write_text("city,age\nRome,1\nRome,2\n")

    ran = batch("in.csv", f"out.{kind}", model=own)

    rejected = Path(f"out.{kind}.rejects.jsonl").read_text()
    assert (ran.code, rejected.count("one of Bergen, Oslo")) == (3, 2)
    assert Path(f"out.{kind}").exists()
