"""Rows made from a schema: ones that the model takes, like those of training."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_image.errors import PackError
from model_image.made_rows import MADE, example_rows, made, suggested
from model_image.package import ModelPackage
from model_image.server import predict
from model_image.server.manifest import Column, Datatype, Input, ManifestError
from tests.model_image.changes.manifests import manifest

NAMED: list[Datatype] = ["BOOL", "UINT8", "INT8", "INT64", "FP16", "FP32", "BYTES"]


@st.composite
def tensors(draw: st.DrawFn) -> Input:
    datatype = draw(st.sampled_from(NAMED))
    if draw(st.booleans()):
        return Input("a", datatype, draw(st.sampled_from([(-1,), (-1, 2, 2)])))
    known = ("x", "y") if datatype == "BYTES" else (0, 1)
    categories = draw(st.sampled_from([(), known])) if datatype != "BOOL" else ()
    holds_missing = datatype in ("FP16", "FP32", "BYTES")
    column = Column(
        "a",
        missing=holds_missing and draw(st.booleans()),
        categories=categories,
        closed=bool(categories),
        low=draw(st.sampled_from([None, -3.0])),
        high=draw(st.sampled_from([None, 100.0])),
    )
    return Input("a", datatype, (-1, 1), (column,))


@given(tensor=tensors())
def test_the_model_takes_every_row_that_is_made(tensor: Input):
    package = ModelPackage(Path("nowhere"), manifest(inputs=(tensor,)))

    rows = made(package)

    arrays = predict.from_rows(rows, package.manifest.inputs)
    assert len(arrays["a"]) == MADE


def test_the_same_rows_are_made_each_time(package: Path):
    assert made(ModelPackage.read(package)) == made(ModelPackage.read(package))


def test_numbers_fall_where_the_profile_saw_them(package: Path):
    rows = made(ModelPackage.read(package))

    alcohol = [row["alcohol"] for row in rows if row["alcohol"] is not None]
    assert min(alcohol) >= 11.846
    assert max(alcohol) <= 14.092
    assert len(set(alcohol)) > MADE / 2


def test_text_is_what_the_profile_saw(mixed: Path, repack: Callable[..., None]):
    seen = {"kind": "categories", "values": {"Oslo": 3, "Å": 1}}
    profile = {"rows": 4, "inputs": {"city": seen}, "outputs": {}}
    (mixed / "profile.json").write_text(json.dumps(profile))
    files = dict.fromkeys(["model.onnx", "example.json", "profile.json"], "")
    manifest = json.loads((mixed / "model.json").read_text())
    (mixed / "model.json").write_text(json.dumps(manifest | {"files": files}))
    repack(mixed, {})

    rows = made(ModelPackage.read(mixed))

    assert {row["city"] for row in rows} == {"Oslo", "Å"}
    assert any(row["age"] is None for row in rows)


FORMS: list[Any] = [
    {"age": 21, "city": "Bergen"},
    {"row": {"age": 21, "city": "Bergen"}},
    {"rows": [{"age": 21, "city": "Bergen"}]},
    {"columns": {"age": [21], "city": ["Bergen"]}},
]


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_the_example_gives_its_rows_in_whichever_form_it_has(
    mixed: Path, repack: Callable[..., None], form: Any
):
    repack(mixed, {"request": form})

    rows = example_rows(ModelPackage.read(mixed))

    assert rows == [{"age": 21.0, "city": "Bergen"}]


def test_a_missing_number_of_the_example_is_null(
    mixed: Path, repack: Callable[..., None]
):
    repack(mixed, {"request": {"age": None, "city": "Bergen"}})

    assert example_rows(ModelPackage.read(mixed)) == [{"age": None, "city": "Bergen"}]


def test_both_examples_come_before_what_is_made(package: Path, mixed: Path):
    old, new = ModelPackage.read(package), ModelPackage.read(mixed)

    sample = suggested(old, new)

    assert len(sample.rows) == 2 + MADE
    assert sample.rows[1] == {"age": 21.0, "city": "Bergen"}
    assert sample.source == "2 rows of the stored examples and 200 made from the schema"


def test_an_example_that_does_not_fit_is_named(
    mixed: Path, repack: Callable[..., None]
):
    repack(mixed, {"request": {"age": "old", "city": "x"}})

    with pytest.raises(PackError, match=r"example\.json does not fit the model"):
        example_rows(ModelPackage.read(mixed))


def test_a_profile_that_is_none_is_named(package: Path, repack: Callable[..., None]):
    (package / "profile.json").write_text('{"rows": 1}')
    repack(package, {})

    with pytest.raises(ManifestError, match=r"profile\.json is no profile"):
        made(ModelPackage.read(package))
