"""The fast way to read a request answers exactly what the slow one does."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_image.server import predict
from model_image.server.manifest import Column, Input, Manifest
from model_image.server.reader import reader
from tests.model_image.server.any_model import (
    NAMES,
    fitting,
    junk,
    manifests,
    model,
    outcome,
)


@st.composite
def bodies(draw: st.DrawFn, manifest: Manifest, *, mistakes: int) -> bytes:
    """A request for this model, with up to so many values and columns put wrong."""
    fields = {
        c.name: fitting(i.datatype, c) for i in manifest.inputs for c in i.columns
    }
    rows: list[dict[str, Any]] = draw(
        st.lists(st.fixed_dictionaries(fields), min_size=1, max_size=3)
    )
    for _ in range(draw(st.integers(0, mistakes))):
        row, name = draw(st.sampled_from(rows)), draw(st.sampled_from(NAMES))
        if draw(st.booleans()):
            row[name] = draw(junk)
        else:
            row.pop(name, None)
    form = draw(st.sampled_from(["rows", "rows", "rows", "row", "bare", "twice"]))
    text = json.dumps(rows)
    whole = {
        "rows": f'{{"rows": {text}}}',
        "row": f'{{"row": {json.dumps(rows[0])}}}',
        "bare": json.dumps(rows[0]),
        "twice": f'{{"rows": 7, "rows": {text}}}',
    }
    return whole[form].encode()


def fast(body: bytes, manifest: Manifest) -> Any:
    return outcome(lambda: reader(manifest)(body))


def slow(body: bytes, manifest: Manifest) -> Any:
    return outcome(lambda: predict.arrays(msgspec.json.decode(body), manifest))


@given(data=st.data(), manifest=manifests())
@settings(max_examples=300, deadline=None)
def test_what_fits_is_read_into_the_same_arrays_either_way(
    data: st.DataObject, manifest: Manifest
):
    body = data.draw(bodies(manifest, mistakes=0))

    read = fast(body, manifest)

    assert read == slow(body, manifest)


@given(data=st.data(), manifest=manifests())
@settings(max_examples=500, deadline=None)
def test_what_does_not_fit_is_refused_in_the_same_words_either_way(
    data: st.DataObject, manifest: Manifest
):
    body = data.draw(bodies(manifest, mistakes=3))

    read = fast(body, manifest)

    assert read == slow(body, manifest)


@given(data=st.data(), manifest=manifests())
@settings(max_examples=200, deadline=None)
def test_damaged_json_is_the_same_either_way(data: st.DataObject, manifest: Manifest):
    whole = data.draw(bodies(manifest, mistakes=1))
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(start + 4, len(whole))))
    body = whole[:start] + data.draw(st.binary(max_size=3)) + whole[end:]

    read = fast(body, manifest)

    assert read == slow(body, manifest)


@pytest.mark.parametrize("datatype", ["FP16", "FP64", "INT64", "UINT64", "BOOL"])
@pytest.mark.parametrize("digits", [18, 19, 20, 30, 400, 5000])
def test_numbers_of_any_length_are_the_same_either_way(datatype: Any, digits: int):
    manifest = model(Input("t", datatype, (-1, 1), (Column("age"),)))
    body = b'{"rows": [{"age": %s}]}' % (b"9" * digits)

    read = fast(body, manifest)

    assert read == slow(body, manifest)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"rows": []}', b'{"rows": {}}', b'{"rows": [[]]}']
)
def test_requests_without_a_row_are_the_same_either_way(body: bytes):
    manifest = model(Input("t", "FP32", (-1, 1), (Column("age", missing=True),)))

    read = fast(body, manifest)

    assert read == slow(body, manifest)


def test_the_fast_way_is_taken_for_what_fits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(predict, "arrays")
    read = reader(model(Input("t", "FP32", (-1, 1), (Column("age"),))))

    assert read(b'{"rows": [{"age": 1}]}')["t"].tolist() == [[1.0]]
