"""Rows from whatever file a person has, or made from what a model says."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model_image.convert import sample
from model_image.convert.original import Feature, Unconvertible
from model_image.convert.task import Task


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_a_csv_keeps_numbers_whole_numbers_and_text_apart(tmp_path: Path):
    rows = sample.read(written(tmp_path, "a.csv", "x,n,city\n1.5,2,oslo\n,3,\n"))

    assert [rows[name].dtype.kind for name in rows] == ["f", "i", "O"]
    assert rows["city"].tolist()[0] == "oslo"
    assert pd.isna(rows["city"].iloc[1])


def test_true_and_false_are_numbers_as_models_take_them(tmp_path: Path):
    text = "whole,holed\nTrue,True\nFalse,\n"

    rows = sample.read(written(tmp_path, "a.csv", text))

    assert rows["whole"].tolist() == [1, 0]
    assert rows["holed"].iloc[0] == 1.0
    assert np.isnan(rows["holed"].iloc[1])


def test_what_is_text_to_the_model_is_read_as_it_stands(tmp_path: Path):
    path = written(tmp_path, "a.csv", "postcode\n0150\n5003\n")

    assert sample.read(path, ["postcode"])["postcode"].tolist() == ["0150", "5003"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tsv", "x\ty\n1\t2\n"),
        ("a.json", '[{"x": 1, "y": 2}]'),
        ("a.json", '{"rows": [{"x": 1, "y": 2}]}'),
        ("a.json", '{"columns": ["x", "y"], "data": [[1, 2]]}'),
        ("a.jsonl", '{"x": 1, "y": 2}\n\n'),
    ],
)
def test_the_same_rows_come_in_several_forms(tmp_path: Path, name: str, text: str):
    rows = sample.read(written(tmp_path, name, text))

    assert rows.to_dict("records") == [{"x": 1, "y": 2}]


def test_a_numpy_matrix_becomes_columns_and_more_dimensions_arrays(tmp_path: Path):
    np.save(tmp_path / "flat.npy", np.ones((3, 2)))
    np.save(tmp_path / "deep.npy", np.ones((3, 2, 2)))

    flat = sample.read(tmp_path / "flat.npy")
    deep = sample.read(tmp_path / "deep.npy")

    assert list(flat) == ["feature_0", "feature_1"]
    assert deep["input"].iloc[0].shape == (2, 2)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "", "cannot be read"),
        ("a.csv", "x,y\n", "has no rows"),
        ("a.json", "[", "cannot be read"),
        ("a.json", '{"x": 1}', "cannot be read"),
        ("a.json", json.dumps("text"), "cannot be read"),
        ("a.npy", "text", "cannot be read"),
    ],
)
def test_what_holds_no_rows_is_refused_by_name(
    tmp_path: Path, name: str, text: str, said: str
):
    with pytest.raises(Unconvertible, match=f"the sample {name} {said}"):
        sample.read(written(tmp_path, name, text))


def test_a_numpy_file_is_never_unpickled(tmp_path: Path):
    np.save(tmp_path / "a.npy", np.array([{}], object), allow_pickle=True)

    with pytest.raises(Unconvertible, match="cannot be read"):
        sample.read(tmp_path / "a.npy")


def test_answers_are_taken_out_and_must_be_there(tmp_path: Path):
    path = written(tmp_path, "a.csv", "x,y\n1,2\n")

    rows = sample.given(Task("sklearn", [], sample=str(path), target=["y"]))

    assert rows is not None
    assert list(rows) == ["x"]
    with pytest.raises(Unconvertible, match="no column 'z', which --target names"):
        sample.given(Task("sklearn", [], sample=str(path), target=["z"]))


def test_rows_that_are_made_fit_the_features_and_are_the_same_each_time():
    features = [
        Feature(name="number"),
        Feature(name="whole", kind="whole"),
        Feature(name="grade", kind="text", categories=("a", "b")),
        Feature(name="note", kind="text"),
        Feature(name="image", kind="tensor", shape=(2, 2)),
    ]

    rows = sample.made(features)

    assert list(rows) == [one.name for one in features]
    assert set(rows["grade"]) == {"a", "b"}
    assert rows["whole"].dtype.kind == "i"
    assert rows["image"].iloc[0].shape == (2, 2)
    assert rows.drop(columns="image").equals(
        sample.made(features).drop(columns="image")
    )
