"""What a Python model takes and gives is what its manifest says, or it is an error."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from model_image.server.flavours.frame import frame, named
from model_image.server.manifest import Column, Input, Output

NUMBERS = Input("numbers", "FP32", (-1, 2), (Column("a"), Column("b", missing=True)))
CITY = Input("city", "BYTES", (-1, 1), (Column("city", missing=True),))
PIXELS = Input("pixels", "UINT8", (-1, 2, 2))


def test_every_column_is_there_by_name_in_the_manifests_order():
    arrays = {
        "city": np.array([["Oslo"], ["Bergen"]], object),
        "numbers": np.array([[1, 2], [3, 4]], np.float32),
    }

    made = frame(arrays, (NUMBERS, CITY))

    assert made.to_dict("list") == {
        "a": [1, 3],
        "b": [2, 4],
        "city": ["Oslo", "Bergen"],
    }
    assert made.dtypes["a"] == np.float32


def test_a_missing_value_is_nan_in_numbers_and_in_text():
    arrays = {
        "numbers": np.array([[1, np.nan]], np.float32),
        "city": np.array([[None]], object),
    }

    made = frame(arrays, (NUMBERS, CITY))

    assert made.isna().to_dict("list") == {"a": [False], "b": [True], "city": [True]}
    assert made["city"][0] is not None


def test_a_tensor_without_columns_is_one_column_of_arrays():
    given = np.arange(8, dtype=np.uint8).reshape(2, 2, 2)

    made = frame({"pixels": given}, (PIXELS,))

    assert list(made) == ["pixels"]
    np.testing.assert_array_equal(made["pixels"][1], given[1])


LABEL = Output("label", "BYTES", (-1,))
CHANCES = Output("chances", "FP32", (-1, 2))


@pytest.mark.parametrize(
    "given",
    [
        [0.25, 0.75],
        np.array([[0.25], [0.75]]),
        pd.Series([0.25, 0.75]),
        pd.DataFrame({"other": [0.25, 0.75]}),
        {"y": [0.25, 0.75]},
        pd.DataFrame({"y": [0.25, 0.75], "z": [1, 2]}),
        pd.array([0.25, 0.75], dtype="Float64"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_a_single_output_is_taken_in_whatever_holds_it(given: Any):
    made = named(given, (Output("y", "FP64", (-1,)),))

    assert made["y"].tolist() == [0.25, 0.75]


def test_several_outputs_are_taken_by_name_with_their_types():
    given = {"chances": [[0.5, 0.5]], "label": np.array(["Oslo"]), "more": 1}

    made = named(given, (LABEL, CHANCES))

    assert list(made) == ["label", "chances"]
    assert made["label"].tolist() == ["Oslo"]
    assert made["chances"].dtype == np.float32


@pytest.mark.parametrize(
    ("output", "given"),
    [
        (CHANCES, {"label": ["a"]}),
        (CHANCES, [[0.1, 0.2, 0.7]]),
        (CHANCES, [[0.1, 0.9], [0.1, 0.9], [1.0]]),
        (CHANCES, None),
        (CHANCES, 0.5),
        (LABEL, [1]),
        (LABEL, ["a", None]),
        (Output("count", "INT64", (-1,)), [1.5]),
        (Output("count", "INT64", (-1,)), [None]),
        (Output("right", "BOOL", (-1,)), [2]),
    ],
)
def test_an_answer_that_would_have_to_be_guessed_at_is_refused_by_name(
    output: Output, given: Any
):
    with pytest.raises(ValueError, match=f"no output '{output.name}'"):
        named(given, (output,))


def test_three_rows_of_two_never_pass_for_two_rows_of_three():
    with pytest.raises(ValueError, match="'y'"):
        named(np.zeros((3, 2)), (Output("y", "FP64", (-1, 3)),))


def test_a_model_of_several_outputs_that_gives_one_is_an_error():
    with pytest.raises(ValueError, match="no output 'label'"):
        named([1, 2], (LABEL, CHANCES))
