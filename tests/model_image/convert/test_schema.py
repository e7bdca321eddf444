"""Inputs and outputs as a manifest has them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model_image.convert import schema
from model_image.convert.original import Feature, Unconvertible


class Told:
    """An original that only says what it takes."""

    def __init__(self, *features: Feature) -> None:
        self.features = features


def settled(
    features: Sequence[Feature], rows: pd.DataFrame | None, columns: Sequence[str] = ()
) -> tuple[list[str], list[str]]:
    told: Any = Told(*features)
    found, kept = schema.settled(told, rows, columns)
    return [one.name for one in found], [str(name) for name in kept]


X, Y = Feature(name="x"), Feature(name="y")
ROWS = pd.DataFrame({"y": [1.0, 2.0], "x": [3.0, 4.0], "other": [5.0, 6.0]})


def test_a_model_that_knows_its_columns_gets_these_in_its_own_order():
    assert settled([X, Y], ROWS) == (["x", "y"], ["x", "y"])


def test_a_model_without_names_takes_the_samples():
    plain = [Feature(name=f"feature_{at}") for at in range(3)]

    assert settled(plain, ROWS) == (["y", "x", "other"], ["y", "x", "other"])


def test_names_that_stand_beside_the_model_are_used_when_it_has_none():
    plain = [Feature(name=f"feature_{at}") for at in range(2)]

    assert settled(plain, ROWS, ["x", "y"])[0] == ["x", "y"]
    assert settled([], ROWS, ["x", "y"])[0] == ["x", "y"]
    assert settled([X, Y], ROWS, ["y", "x"])[0] == ["x", "y"]


def test_a_column_that_the_sample_lacks_is_named():
    with pytest.raises(Unconvertible, match="no column 'x'"):
        settled([X, Y], ROWS.drop(columns="x"))


def test_a_model_that_says_nothing_needs_rows():
    assert settled([], ROWS)[0] == ["y", "x", "other"]
    with pytest.raises(Unconvertible, match="give rows with --data"):
        settled([], None)


def test_numbers_are_one_matrix_unless_the_model_reads_columns():
    rows = ROWS.drop(columns="other")

    (matrix,) = schema.inputs([X, Y], rows, columnwise=False, number="FP32")
    columns = schema.inputs([X, Y], rows, columnwise=True, number="FP64")

    assert (matrix.shape, matrix.datatype) == ((-1, 2), "FP32")
    assert matrix.names == ("x", "y")
    assert [(one.name, one.shape, one.datatype) for one in columns] == [
        ("x", (-1, 1), "FP64"),
        ("y", (-1, 1), "FP64"),
    ]


def test_ranges_and_categories_are_those_of_the_sample():
    rows = pd.DataFrame(
        {"x": [1.0, np.nan, 3.0] * 2, "city": np.array(["b", "a", "b"] * 2, object)}
    )
    features = [Feature(name="x"), Feature(name="city")]

    x, city = schema.inputs(features, rows, columnwise=True, number="FP32")

    assert (x.columns[0].low, x.columns[0].high) == (1.0, 3.0)
    assert city.datatype == "BYTES"
    assert city.columns[0].categories == ("a", "b")


def test_text_that_hardly_repeats_is_no_category():
    rows = pd.DataFrame({"note": np.array(["one", "two", "three"], object)})

    (note,) = schema.inputs(
        [Feature(name="note")], rows, columnwise=True, number="FP32"
    )

    assert note.columns[0].categories == ()


def test_outputs_are_named_and_typed_as_the_answers():
    answers = {
        "label": np.array([0, 1]),
        "probabilities": np.array([[0.5, 0.5], [0.1, 0.9]], np.float32),
    }

    label, chances = schema.outputs(answers, [0, 1], ["no", "yes"])

    assert (label.datatype, label.labels) == ("INT64", ("no", "yes"))
    assert (chances.datatype, chances.columns) == ("FP32", ("no", "yes"))


def test_classes_without_names_are_named_by_themselves():
    answers = {"label": np.array(["a"], object), "probabilities": np.ones((1, 2))}

    label, chances = schema.outputs(answers, ["a", "b"], [])

    assert (label.datatype, label.labels) == ("BYTES", ())
    assert chances.columns == ("a", "b")


def test_an_answer_that_no_request_can_hold_is_refused():
    with pytest.raises(Unconvertible, match="complex128"):
        schema.outputs({"y": np.array([1j])}, [], [])
