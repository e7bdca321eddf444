"""Requests are what each server takes, and each fault is the one it is named for."""

import json
from pathlib import Path

import pytest

from model_image.server.manifest import Manifest, read_manifest
from tests.benchmarks.forms import (
    MALFORMED,
    NULL,
    SHAPE,
    STRING,
    WRONG_WIDTH,
    body,
    named_columns,
    plain_rows,
    spoiled,
    tensors,
)

ROW = [float(value) for value in range(13)]


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return read_manifest(Path("model_image/example/package"))


def test_tensors_of_several_rows_are_flat_and_in_row_order(manifest):
    (tensor,) = json.loads(body(tensors, [ROW, ROW], manifest))["inputs"]

    assert tensor["shape"] == [2, 13]
    assert tensor["data"] == ROW + ROW


def test_named_columns_follow_the_manifest(manifest):
    (row,) = json.loads(body(named_columns, [ROW], manifest))["rows"]

    assert row["alcohol"] == 0.0
    assert row["proline"] == 12.0


def test_a_wrong_width_is_wrong_in_nothing_else(manifest):
    spoilt = spoiled(WRONG_WIDTH, tensors, ROW, manifest)

    (tensor,) = json.loads(spoilt or b"")["inputs"]
    assert tensor["shape"] == [1, 12]
    assert tensor["data"] == ROW[:-1]


@pytest.mark.parametrize(("fault", "value"), [(STRING, "a lot"), (NULL, None)])
def test_a_wrong_value_takes_the_place_of_the_first(manifest, fault, value):
    spoilt = spoiled(fault, plain_rows, ROW, manifest)

    assert json.loads(spoilt or b"")["rows"] == [[value, *ROW[1:]]]


def test_a_wrong_shape_claims_a_row_more_than_there_is(manifest):
    spoilt = spoiled(SHAPE, tensors, ROW, manifest)

    (tensor,) = json.loads(spoilt or b"")["inputs"]
    assert tensor["shape"] == [2, 13]
    assert len(tensor["data"]) == 13


def test_a_form_without_shapes_cannot_have_a_wrong_one(manifest):
    assert spoiled(SHAPE, plain_rows, ROW, manifest) is None


def test_malformed_json_cannot_be_read(manifest):
    with pytest.raises(json.JSONDecodeError):
        json.loads(spoiled(MALFORMED, tensors, ROW, manifest) or b"{}")
