"""A model of whole tensors: what a table calls their values, and lists of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from arro3.core import Array, list_array
from arro3.io import write_parquet

from model_image.server.batch.arrow import table
from model_image.server.manifest import Input, Output
from tests.own_package import own_package

Batch = Callable[..., Any]


@pytest.fixture
def halves(tmp_path: Path) -> Path:
    """Halves the two values of a tensor without columns."""
    code = (
        "import numpy as np\n"
        "class Halves:\n"
        "    def load(self, folder): pass\n"
        "    def predict(self, frame):\n"
        '        return {"half": np.stack(frame.pair) / 2}\n'
    )
    example = {
        "request": {"pair": [1, 2]},
        "response": {"predictions": [{"half": [0.5, 1.0]}]},
        "tolerance": 0,
    }
    files = {"code/halves.py": code, "example.json": json.dumps(example)}
    return own_package(
        tmp_path / "halves",
        files,
        entry="halves:Halves",
        inputs=(Input("pair", "FP64", (-1, 2)),),
        outputs=(Output("half", "FP64", (-1, 2)),),
    )


def test_csv_has_a_column_for_each_value(batch: Batch, halves: Path):
    ran = batch(
        "-", "-", "--format", "csv", model=halves, stdin=b"pair.0,pair.1\n1,2\nx,4\n"
    )

    assert ran.out.decode().splitlines()[1:] == ["1,2,0.5,1.0"]
    assert ran.said[0]["mistakes"][0]["feature"] == "pair"


def test_json_has_a_list(batch: Batch, halves: Path):
    lines = b'{"pair":[1,2]}\n{"pair":[1]}\n{"pair":[[3,4]]}\n'

    ran = batch("-", "-", "--format", "jsonl", model=halves, stdin=lines)

    made = [json.loads(line) for line in ran.out.splitlines()]
    assert [row["half.1"] for row in made] == [1.0, 2.0]
    assert ran.said[0]["row"] == 2


def test_parquet_has_a_column_of_lists(batch: Batch, halves: Path):
    offsets = Array.from_numpy(np.array([0, 2, 3, 5], np.int32))
    values = Array.from_numpy(np.array([1.0, 2.0, 3.0, 5.0, 6.0]))
    columns = {"pair": list_array(offsets, values)}
    write_parquet(table(columns), "in.parquet")

    batch("in.parquet", "out.jsonl", model=halves)

    made = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    assert [row["half.0"] for row in made] == [0.5, 2.5]
