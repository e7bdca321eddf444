"""Whatever only the old version takes is a breaking change, through both doors."""

from collections.abc import Callable
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from model_image.changes import changes
from model_image.server import infer, predict
from model_image.server.infer_request import InferInput, InferRequest
from model_image.server.manifest import Column, Datatype, Input, Manifest
from model_image.server.refusal import Refusal
from tests.model_image.changes.manifests import manifest


def test_another_name_breaks_callers_since_it_is_in_addresses():
    (change,) = changes(manifest(), manifest(name="churn-two"))

    assert change.breaking
    assert "'churn-two', no longer 'churn'" in change.sentence


def test_how_a_model_is_run_is_no_business_of_its_callers():
    files = manifest().files | {"requirements.txt": manifest().files["model.onnx"]}
    new = manifest(flavour="python", entry="mine:Model", files=files)

    assert changes(manifest(), new) == ()


NAMED: list[Datatype] = ["FP32", "INT64", "BYTES"]
LEFT_OUT = object()
TRIED = [0, 2, 1.5, "x", "z", [0], None, LEFT_OUT]


@st.composite
def columns(draw: st.DrawFn, name: str, datatype: Datatype) -> Column:
    known = ["x", "y"] if datatype == "BYTES" else [0, 1]
    categories = draw(st.sampled_from([(), tuple(known), tuple(known[1:])]))
    return Column(
        name,
        missing=datatype != "INT64" and draw(st.booleans()),
        categories=categories,
        closed=bool(categories) and draw(st.booleans()),
    )


@st.composite
def inputs(draw: st.DrawFn, datatype: Datatype, layout: str) -> tuple[Input, ...]:
    """Columns a and b: together in one tensor, in one each, or a on its own."""
    a, b = draw(columns("a", datatype)), draw(columns("b", datatype))
    match layout:
        case "together":
            return (Input("a", datatype, (-1, 2), (a, b)),)
        case "swapped":
            return (Input("a", datatype, (-1, 2), (b, a)),)
        case "each":
            return (
                Input("a", datatype, (-1, 1), (a,)),
                Input("b", datatype, (-1, 1), (b,)),
            )
        case "flat":
            return (Input("a", datatype, (-1,), (a,)),)
        case _:
            return (Input("a", datatype, (-1,)),)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Manifest, Manifest]:
    """Two schemas alike in datatype and layout, in one of them, or in neither."""
    layouts = st.sampled_from(["together", "swapped", "each", "flat", "bare"])
    datatype, layout = draw(st.sampled_from(NAMED)), draw(layouts)
    old = draw(inputs(datatype, layout))
    new = draw(
        inputs(datatype, layout)
        | inputs(datatype, draw(layouts))
        | inputs(draw(st.sampled_from(NAMED)), layout)
    )
    return manifest(inputs=old), manifest(inputs=new)


def takes(ask: Callable[..., Any], *asked: Any) -> bool:
    try:
        ask(*asked)
    except Refusal:
        return False
    return True


@given(pair=pairs())
def test_rows_that_only_the_old_version_takes_are_a_breaking_change(
    pair: tuple[Manifest, Manifest],
):
    old, new = pair
    names = [name for tensor in old.inputs for name in tensor.names]

    for chosen in product(TRIED, repeat=len(names)):
        pairs = zip(names, chosen, strict=True)
        row = {name: value for name, value in pairs if value is not LEFT_OUT}
        if takes(predict.from_rows, [row], old.inputs):
            accepted = takes(predict.from_rows, [row], new.inputs)
            assert accepted or any(change.breaking for change in changes(old, new))


@given(pair=pairs())
def test_tensors_that_only_the_old_version_takes_are_a_breaking_change(
    pair: tuple[Manifest, Manifest],
):
    old, new = pair

    for value in TRIED[:-1]:
        sent = [
            InferInput(
                tensor.name,
                [1, *tensor.shape[1:]],
                tensor.datatype,
                [value] * tensor.width,
            )
            for tensor in old.inputs
        ]
        request = InferRequest(sent)
        if takes(infer.arrays, request, old):
            accepted = takes(infer.arrays, request, new)
            assert accepted or any(change.breaking for change in changes(old, new))
