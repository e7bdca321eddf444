"""Which changes of what a model takes break callers."""

from typing import Any

import msgspec
import pytest

from model_image.server.manifest import Input
from tests.model_image.changes.manifests import CITY, FEATURES, manifest, sentences

replaced = msgspec.structs.replace


def column(**changed: Any) -> Input:
    return replaced(CITY, columns=(replaced(CITY.columns[0], **changed),))


KNOWN = ("oslo", "bergen")
INPUT_CHANGES: list[tuple[tuple[Input, ...], tuple[Input, ...], str, str]] = [
    ((FEATURES, CITY), (FEATURES,), "major", "input 'city' is removed"),
    (
        (FEATURES,),
        (FEATURES, CITY),
        "major",
        "input 'city' is new, which callers do not send",
    ),
    (
        (FEATURES,),
        (FEATURES, column(missing=True)),
        "major",
        "input 'city' is new, which callers of the v2 protocol do not send",
    ),
    (
        (CITY,),
        (replaced(CITY, datatype="FP32"),),
        "major",
        "input 'city' is FP32, no longer BYTES",
    ),
    (
        (column(missing=True),),
        (CITY,),
        "major",
        "input 'city' may no longer be missing",
    ),
    ((CITY,), (column(missing=True),), "minor", "input 'city' may be missing"),
    (
        (CITY,),
        (column(categories=KNOWN, closed=True),),
        "major",
        "input 'city' now takes only 'oslo', 'bergen'",
    ),
    (
        (column(categories=KNOWN, closed=True),),
        (column(categories=KNOWN),),
        "minor",
        "input 'city' takes any value",
    ),
    (
        (column(categories=KNOWN, closed=True),),
        (column(categories=KNOWN[:1], closed=True),),
        "major",
        "input 'city' no longer takes 'bergen'",
    ),
    (
        (column(categories=KNOWN[:1], closed=True),),
        (column(categories=KNOWN, closed=True),),
        "minor",
        "input 'city' also takes 'bergen'",
    ),
    (
        (column(categories=KNOWN),),
        (column(categories=KNOWN[:1]),),
        "patch",
        "input 'city' has not seen 'bergen' in training",
    ),
    (
        (column(categories=KNOWN[:1]),),
        (column(categories=KNOWN),),
        "patch",
        "input 'city' has seen 'bergen' in training",
    ),
    (
        (CITY,),
        (column(low=1.0, high=2.5),),
        "patch",
        "input 'city' was seen from 1 to 2.5, before in no stated range",
    ),
    (
        (FEATURES,),
        (replaced(FEATURES, columns=FEATURES.columns[::-1]),),
        "major",
        "the columns of the tensor 'features' are in another order "
        "(for callers of the v2 protocol)",
    ),
    (
        (CITY,),
        (replaced(CITY, name="town"),),
        "major",
        "the tensor 'city' is gone; its values come otherwise "
        "(for callers of the v2 protocol)",
    ),
    (
        (CITY,),
        (replaced(CITY, shape=(-1,)),),
        "major",
        "the tensor 'city' has the shape [-1], no longer [-1, 1] "
        "(for callers of the v2 protocol)",
    ),
    (
        (Input("pixels", "UINT8", (-1, 2, 2)),),
        (Input("pixels", "UINT8", (-1, 4)),),
        "major",
        "input 'pixels' is a tensor of [4], no longer a tensor of [2, 2]",
    ),
]


@pytest.mark.parametrize(("old", "new", "weight", "sentence"), INPUT_CHANGES)
def test_a_change_of_the_inputs_is_told_with_its_weight(
    old: tuple[Input, ...], new: tuple[Input, ...], weight: str, sentence: str
):
    told = sentences(manifest(inputs=old), manifest(inputs=new))

    assert told == [(weight, sentence)]


def test_columns_that_move_to_another_tensor_break_callers_of_the_protocol():
    split = tuple(Input(c.name, "FP32", (-1, 1), (c,)) for c in FEATURES.columns)

    told = sentences(manifest(inputs=(FEATURES,)), manifest(inputs=split))

    assert told == [
        (
            "major",
            "the tensor 'features' is gone; its values come otherwise "
            "(for callers of the v2 protocol)",
        )
    ]
