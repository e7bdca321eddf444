"""Rows at the edge: each changed in one column and one way."""

import numpy as np
import pandas as pd
import pytest

from model_image.convert.edges import ALONE, UNSEEN, edges
from model_image.convert.original import Feature

ROWS = pd.DataFrame(
    {
        "age": [20.0, 30.0, np.nan, 50.0],
        "kids": [0, 1, 2, 3],
        "city": np.array(["oslo", "bergen", "oslo", np.nan], object),
    }
)
FEATURES = [
    Feature(name="age"),
    Feature(name="kids", kind="whole", categories=(0, 1, 2, 3)),
    Feature(name="city"),
]


def values(column: str, kind: str) -> list[object]:
    return [
        edge.rows[column].iloc[0]
        for edge in edges(FEATURES, ROWS)
        if edge.columns == (column,) and edge.kind == kind
    ]


def test_every_column_is_missing_once():
    for column in ROWS:
        (missing,) = values(str(column), "missing")

        assert missing != missing


def test_numbers_go_far_beyond_the_sample_on_both_sides():
    zero, low, high = values("age", "extreme")

    assert zero == 0
    assert isinstance(low, float)
    assert low < 20 - 9 * 30
    assert isinstance(high, float)
    assert high > 50 + 9 * 30


def test_categories_that_training_never_saw_are_tried():
    assert values("kids", "unseen") == [4]
    assert values("city", "unseen") == [UNSEEN]


def test_text_is_also_shouted():
    assert values("city", "extreme") == ["OSLO"]


def test_only_the_columns_named_change():
    for edge in edges(FEATURES, ROWS):
        others = edge.rows.drop(columns=[*edge.columns])

        before = ROWS.loc[others.index, others.columns]
        pd.testing.assert_frame_equal(others, before)


def test_rows_with_something_missing_are_changed_only_when_there_are_no_others():
    assert {0, 1} == {at for edge in edges(FEATURES, ROWS) for at in edge.rows.index}

    holes = ROWS[["age"]].iloc[[2]]

    assert list(edges(FEATURES[:1], holes))


def test_tensors_have_no_edges():
    tensor = Feature(name="age", kind="tensor", shape=(3,))

    assert not list(edges([tensor], ROWS))


@pytest.mark.parametrize("width", [ALONE + 1, 5 * ALONE])
def test_of_a_wide_model_every_column_is_tried_and_few_rows(width: int):
    rows = pd.DataFrame(np.zeros((50, width))).rename(columns=str)

    found = list(edges([Feature(name=name) for name in rows], rows))

    assert {name for edge in found for name in edge.columns} == set(rows)
    assert sum(edge.rows.size for edge in found) < 1_000_000
