"""Finding the columns that a profile speaks of."""

import numpy as np
import pytest

from model_image.server.manifest import Column, Input, Output
from model_image.server.profile import Categories, Distribution
from model_image.server.telemetry.bins import Names, Numbers
from model_image.server.telemetry.columns import bins
from model_image.server.values import DTYPES
from tests.model_image.server.telemetry.small_model import MANIFEST, PROFILE

NUMBERS = Distribution([0.5], [1, 1])


def test_every_column_of_the_profile_is_found():
    inputs = [
        name for one in bins(MANIFEST.inputs, PROFILE.inputs) for name in one.features
    ]
    outputs = [
        name for one in bins(MANIFEST.outputs, PROFILE.outputs) for name in one.features
    ]

    assert sorted(inputs) == sorted(PROFILE.inputs)
    assert sorted(outputs) == sorted(PROFILE.outputs)


def test_the_numbers_of_a_tensor_are_counted_together():
    (matrix, _) = bins(MANIFEST.inputs, PROFILE.inputs)

    assert isinstance(matrix, Numbers)
    assert matrix.features == ("age", "income")


def test_what_the_profile_does_not_know_is_not_counted():
    (one,) = bins(MANIFEST.inputs, {"income": NUMBERS})

    one.add(np.array([[9.0, 0.0]], np.float32))

    assert one.features == ("income",)
    assert one.counts.tolist() == [[1, 0, 0]]


def test_a_tensor_of_pictures_is_not_counted():
    pictures = Input("picture", "FP32", (-1, 3, 8, 8))

    assert not [*bins([pictures], {"picture": NUMBERS})]


def test_text_is_not_counted_as_numbers():
    text = Input("row", "BYTES", (-1, 1), (Column("code"),))

    assert not [*bins([text], {"code": NUMBERS})]


@pytest.mark.parametrize(
    ("output", "names", "values"),
    [
        (Output("label", "INT64", (-1,), labels=("no", "yes")), ("yes", "no"), [1, 0]),
        (Output("label", "INT64", (-1,)), ("3", "7"), [3, 7]),
        (Output("label", "BYTES", (-1,)), ("b", "a"), ["b", "a"]),
        (Output("label", "BOOL", (-1,)), ("True", "False"), [True, False]),
        (Output("label", "FP32", (-1, 1)), ("0.1", "2.0"), [[0.1], [2.0]]),
        (Output("label", "UINT8", (-1,)), ("1", "300"), [1, 200]),
    ],
)
def test_classes_are_found_by_what_packing_called_them(
    output: Output, names: tuple[str, str], values: list
):
    trained = Categories({names[0]: 2, names[1]: 1})
    (one,) = bins([output], {"label": trained})

    one.add(np.array(values, DTYPES[output.datatype]))

    assert isinstance(one, Names)
    assert one.names == (*names, "(other)")
    fits = names[1] != "300"
    assert one.counts.tolist() == [[1, int(fits), int(not fits), 0]]
