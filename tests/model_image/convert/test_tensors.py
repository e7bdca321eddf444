"""What a network leaves open about its tensors, the sample settles."""

import numpy as np
import pandas as pd
import pytest

from model_image.convert.original import Unconvertible
from model_image.convert.schema import inputs
from model_image.convert.tensors import Tensor, Tensors
from model_image.server.manifest import Column, Input

TABLE = pd.DataFrame({"width": [1, 2], "height": [3.0, 5.0]})
IMAGES = pd.DataFrame({"input": list(np.ones((2, 4, 3), np.float32))})


def declared(tensors: Tensors, rows: pd.DataFrame) -> tuple[Input, ...]:
    """The manifest's inputs for them."""
    return inputs(tensors.features, rows, columnwise=True, number="FP32")


@pytest.mark.parametrize("sizes", [None, (2,), (None,)])
def test_a_matrix_has_the_names_of_the_tables_columns(sizes):
    tensors = Tensors([Tensor(name="x", sizes=sizes)], TABLE, "FP32")

    assert declared(tensors, TABLE) == (
        Input(
            "x",
            "FP32",
            (-1, 2),
            (Column("width", low=1, high=2), Column("height", low=3, high=5)),
        ),
    )
    assert tensors.arrays(TABLE)["x"].tolist() == [[1, 3], [2, 5]]
    assert tensors.arrays(TABLE)["x"].dtype == np.float32


def test_a_table_of_another_width_is_refused_with_both_widths():
    with pytest.raises(Unconvertible, match="has 2 columns, and the model takes 3"):
        Tensors([Tensor(name="x", sizes=(3,))], TABLE, "FP32")


@pytest.mark.parametrize("sizes", [None, (4, 3), (None, 3)])
def test_a_single_tensor_takes_the_samples_only_array_whatever_its_name(sizes):
    tensors = Tensors([Tensor(name="x", sizes=sizes)], IMAGES, "FP32")

    (feature,) = tensors.features
    assert (feature.name, feature.kind, feature.shape) == ("x", "tensor", (4, 3))
    assert tensors.arrays(IMAGES)["x"].shape == (2, 4, 3)


def test_an_array_of_another_shape_is_refused_with_both_shapes():
    with pytest.raises(Unconvertible, match=r"\[4, 3\] in the sample.*\['any', 5\]"):
        Tensors([Tensor(name="x", sizes=(None, 5))], IMAGES, "FP32")


def test_several_tensors_are_told_apart_by_name_and_never_by_place():
    asked = [Tensor(name="a"), Tensor(name="b")]

    with pytest.raises(Unconvertible, match="has no 'a'"):
        Tensors(asked, TABLE, "FP32")


def test_tensors_of_one_value_are_columns_in_the_shape_the_network_asks_for():
    rows = pd.DataFrame({"b": [1.5, 2.5], "a": pd.Series(["x", "y"], dtype=object)})
    asked = [
        Tensor(name="a", sizes=(1,), datatype="BYTES"),
        Tensor(name="b", sizes=(), datatype="FP64"),
    ]

    tensors = Tensors(asked, rows, "FP32")

    assert declared(tensors, rows) == (
        Input("a", "BYTES", (-1, 1), (Column("a"),)),
        Input("b", "FP64", (-1,), (Column("b", low=1.5, high=2.5),)),
    )
    assert tensors.arrays(rows)["a"].tolist() == [["x"], ["y"]]
    assert tensors.arrays(rows)["b"].tolist() == [1.5, 2.5]


def test_whole_numbers_stay_whole_and_others_become_the_networks_own():
    rows = pd.DataFrame({"ids": list(np.ones((2, 3), int)), "x": [0.5, 1.5]})

    tensors = Tensors([Tensor(name="ids"), Tensor(name="x")], rows, "FP32")

    assert [one.datatype for one in tensors.features] == ["INT64", "FP32"]


def test_without_rows_the_networks_own_shape_stands():
    asked = [Tensor(name="x", sizes=(8, 8), datatype="FP32")]

    (feature,) = Tensors(asked, None, "FP32").features

    assert feature.shape == (8, 8)


def test_without_rows_an_open_shape_asks_for_them():
    with pytest.raises(
        Unconvertible, match="what shape 'x' has; give rows with --data"
    ):
        Tensors([Tensor(name="x", sizes=(None, 8), datatype="FP32")], None, "FP32")
