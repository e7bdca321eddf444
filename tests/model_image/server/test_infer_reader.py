"""The fast way to read tensors answers exactly what the slow one does."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_image.server import infer, infer_reader, infer_request
from model_image.server.manifest import Column, Input, Manifest
from tests.model_image.server.any_model import (
    fitting,
    junk,
    manifests,
    model,
    outcome,
)

ROW = Input("t", "FP32", (-1, 2), (Column("a"), Column("b")))


@st.composite
def bodies(draw: st.DrawFn, manifest: Manifest, *, mistakes: int) -> bytes:
    """A request for this model, with up to so many things put wrong."""
    rows = draw(st.integers(1, 3))
    tensors: list[dict[str, Any]] = [
        {
            "name": input.name,
            "shape": [rows, input.width],
            "datatype": input.datatype,
            "data": [
                draw(fitting(input.datatype, column))
                for _ in range(rows)
                for column in input.columns
            ],
        }
        for input in manifest.inputs
    ]
    for _ in range(draw(st.integers(0, mistakes))):
        tensor = draw(st.sampled_from(tensors))
        match draw(st.sampled_from([*tensor, "value", "extra", "nested"])):
            case "value" if isinstance(tensor.get("data"), list) and tensor["data"]:
                place = draw(st.integers(0, len(tensor["data"]) - 1))
                tensor["data"][place] = draw(junk)
            case "extra":
                tensors.append(draw(st.sampled_from(tensors)) | {})
            case "nested" if "data" in tensor:
                tensor["data"] = [tensor["data"]]
            case key:
                tensor[key] = draw(junk)
    extra = draw(st.sampled_from([{}, {"id": "x"}, {"parameters": {"timeout": 5}}]))
    return json.dumps({"inputs": tensors} | extra).encode()


def fast(body: bytes, manifest: Manifest) -> Any:
    return outcome(lambda: infer_reader.reader(manifest)(body, {})[1])


def slow(body: bytes, manifest: Manifest) -> Any:
    return outcome(lambda: infer.arrays(infer_request.decode(body, {}), manifest))


@given(data=st.data(), manifest=manifests())
@settings(max_examples=200, deadline=None)
def test_what_fits_is_read_into_the_same_arrays_either_way(
    data: st.DataObject, manifest: Manifest
):
    body = data.draw(bodies(manifest, mistakes=0))

    assert fast(body, manifest) == slow(body, manifest)


@given(data=st.data(), manifest=manifests())
@settings(max_examples=400, deadline=None)
def test_what_does_not_fit_is_refused_in_the_same_words_either_way(
    data: st.DataObject, manifest: Manifest
):
    body = data.draw(bodies(manifest, mistakes=3))

    assert fast(body, manifest) == slow(body, manifest)


def test_the_fast_way_is_taken_for_what_fits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(infer, "arrays")
    tensor = {"name": "t", "datatype": "FP32", "shape": [1, 2], "data": [1, 2.5]}
    body = json.dumps({"inputs": [tensor], "id": "7"}).encode()

    request, arrays = infer_reader.reader(model(ROW))(body, {})

    assert arrays["t"].tolist() == [[1.0, 2.5]]
    assert request.id == "7"


@pytest.mark.parametrize(
    "change",
    [
        {"data": [1, 2, 3]},
        {"shape": [1, 3]},
        {"shape": [0, 2], "data": []},
        {"shape": [-1, 2]},
        {"shape": []},
        {"name": "other"},
        {"datatype": "FP64"},
        {"data": [1, None]},
        {"data": [1, 1e39]},
    ],
)
def test_no_mistake_slips_through_the_fast_way(change: dict[str, Any]):
    tensor = {"name": "t", "datatype": "FP32", "shape": [1, 2], "data": [1, 2]}
    body = json.dumps({"inputs": [tensor | change]}).encode()

    status, told = fast(body, model(ROW))

    assert status == 422
    assert told["mistakes"]
