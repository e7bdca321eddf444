"""The fast way to read a request answers exactly what the slow one does."""

import json
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_image.server import predict
from model_image.server.manifest import Column, Datatype, Input, Manifest, Output
from model_image.server.reader import reader
from model_image.server.refusal import Refusal
from model_image.server.values import DTYPES, Array

NAMES = ["age", "city", "rows", "a b", "é", "c0", "", "self"]
numbers = st.one_of(
    st.integers(-3, 300),
    st.integers(),
    st.floats(),
    st.sampled_from([2**53 + 1, 2**63, 2**64, 3.4028235e38, 65504, 65520, 1e39, -0.0]),
)
junk = st.one_of(
    numbers,
    st.none(),
    st.booleans(),
    st.text(max_size=5),
    st.lists(numbers, max_size=2),
    st.dictionaries(st.text(max_size=3), numbers, max_size=2),
)


def fitting(datatype: str, column: Column) -> st.SearchStrategy[Any]:
    """Values that this column ought to take."""
    kind = DTYPES[datatype].kind
    if column.closed:
        values: st.SearchStrategy[Any] = st.sampled_from(column.categories)
    elif kind in "iu":
        limits = np.iinfo(DTYPES[datatype])
        values = st.integers(int(limits.min), int(limits.max))
    else:
        width = DTYPES[datatype].itemsize * 8
        values = {
            "b": st.booleans(),
            "O": st.text(max_size=5),
            "f": st.integers(-9, 9) | st.floats(width=width, allow_nan=False),  # pyright: ignore
        }[kind]
    return values | st.none() if column.missing else values


def model(*inputs: Input) -> Manifest:
    return Manifest(
        schema=1,
        name="any",
        version="1.0.0",
        description="",
        licence="",
        source="",
        flavour="onnx",
        inputs=inputs,
        outputs=(Output("y", "FP32", (-1,)),),
        files=dict.fromkeys(("model.onnx", "example.json"), "sha256:" + "0" * 64),
    )


@st.composite
def columns(draw: st.DrawFn, name: str, datatype: str) -> Column:
    kind = DTYPES[datatype].kind
    known = {"O": ("x", "y", "z"), "i": (1, 2, 3), "u": (0, 7)}.get(kind, ())
    closed = bool(known) and draw(st.booleans())
    missing = kind in "fO" and draw(st.booleans())
    return Column(name, missing, known if closed else (), closed)


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    names = draw(st.permutations([name for name in NAMES if name]))
    inputs = []
    for number in range(draw(st.integers(1, 3))):
        datatype: Datatype = draw(st.sampled_from(sorted(DTYPES)))  # pyright: ignore
        width = draw(st.integers(1, 2))
        made = [draw(columns(names.pop(), datatype)) for _ in range(width)]
        inputs.append(Input(f"t{number}", datatype, (-1, width), tuple(made)))
    return model(*inputs)


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


def outcome(read: Any) -> Any:
    """The arrays' whole content, or the refusal."""
    try:
        return {name: content(made) for name, made in read().items()}
    except Refusal as refusal:
        return refusal.status, refusal.body("")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return type(error)


def content(made: Array) -> tuple[Any, ...]:
    values = made.tolist() if made.dtype.kind == "O" else made.tobytes()
    return made.dtype, made.shape, values


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
