"""The document is about this very model, and right about what may be sent."""

import json
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from jsonschema import Draft202012Validator

from model_image.server.example import Example, read_example
from model_image.server.manifest import (
    EXAMPLE,
    Column,
    Input,
    Manifest,
    Output,
    read_manifest,
)
from model_image.server.openapi import document

WINE = Path("model_image/example/package")


@pytest.fixture
def manifest() -> Manifest:
    return read_manifest(WINE)


@pytest.fixture
def example() -> Example:
    return read_example(WINE / EXAMPLE)


def of(manifest: Manifest, example: Any, *inputs: Input, **changes: Any) -> Any:
    """The document of a model that takes these inputs."""
    changed = msgspec.structs.replace(manifest, inputs=inputs, **changes)
    return document(changed, Example(example, {"predictions": []}, 0))


def fits(api: dict[str, Any], name: str, value: Any) -> bool:
    """Whether a value is what a schema of the document describes."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": api["components"]}
    return Draft202012Validator(schema).is_valid(value)


def content(operation: dict[str, Any], status: str = "") -> dict[str, Any]:
    part = operation["responses"][status] if status else operation["requestBody"]
    return part["content"]["application/json"]


def test_the_server_tells_it_of_its_own_model(
    wine: httpx.Client, manifest: Manifest, example: Example
):
    api = wine.get("/openapi.json").json()

    assert api == document(manifest, example)
    assert api["openapi"] == "3.1.0"
    assert (api["info"]["title"], api["info"]["version"]) == ("wine", "1.0.0")
    assert "/v2/models/wine/infer" in api["paths"]


def test_every_path_of_it_is_there(wine: httpx.Client):
    api = wine.get("/openapi.json").json()

    for path, methods in api["paths"].items():
        if "get" in methods:
            assert wine.get(path).status_code == 200, path
        else:
            answer = wine.post(path, json=content(methods["post"])["example"])
            assert answer.status_code == 200, path


def test_its_examples_fit_its_schemas(manifest: Manifest, example: Example):
    api = document(manifest, example)

    predict = api["paths"]["/predict"]["post"]
    infer = api["paths"]["/v2/models/wine/infer"]["post"]
    assert fits(api, "PredictRequest", content(predict)["example"])
    assert fits(api, "PredictAnswer", content(predict, "200")["example"])
    assert fits(api, "InferRequest", content(infer)["example"])


@pytest.mark.parametrize(
    ("request_", "fit"),
    [
        ({"rows": [{"age": 1}]}, True),
        ({"row": {"age": 1}}, True),
        ({"columns": {"age": [1, 2]}}, True),
        ({"age": 1}, True),
        ({"rows": [{"age": 1, "size": None}]}, True),
        ({"rows": []}, False),
        ({"rows": [{"age": "1"}]}, False),
        ({"rows": [{"age": None}]}, False),
        ({"rows": [{"size": 1}]}, False),
        ({"rows": [{"age": 1, "weight": 1}]}, False),
        ({"rows": [{"age": 1}], "row": {"age": 1}}, False),
        ({}, False),
    ],
)
def test_a_request_holds_rows_of_columns_in_one_of_four_forms(
    manifest: Manifest, request_: Any, fit: bool
):
    columns = Column("age"), Column("size", missing=True)
    api = of(manifest, {"age": 1}, Input("x", "FP32", (-1, 2), columns))

    assert fits(api, "PredictRequest", request_) == fit


def test_a_column_named_like_a_form_is_a_column(manifest: Manifest):
    api = of(manifest, {"row": 1}, Input("x", "FP32", (-1, 1), (Column("row"),)))

    assert fits(api, "PredictRequest", {"row": 1})
    assert not fits(api, "PredictRequest", {"row": {"row": 1}})
    assert fits(api, "PredictRequest", {"rows": [{"row": 1}]})


@pytest.mark.parametrize("missing", [False, True])
def test_a_closed_column_takes_its_categories_only(manifest: Manifest, missing: bool):
    column = Column("city", missing, ("Bergen", "Oslo"), closed=True)
    api = of(manifest, {"city": "Oslo"}, Input("x", "BYTES", (-1, 1), (column,)))

    assert fits(api, "Row", {"city": "Bergen"})
    assert not fits(api, "Row", {"city": "Rome"})
    assert fits(api, "Row", {"city": None}) == missing


def test_an_open_column_shows_the_categories_that_training_knew(manifest: Manifest):
    column = Column("city", categories=("Bergen", "Oslo"))
    api = of(manifest, {"city": "Oslo"}, Input("x", "BYTES", (-1, 1), (column,)))

    assert fits(api, "Row", {"city": "Rome"})
    city = api["components"]["schemas"]["Row"]["properties"]["city"]
    assert city["examples"] == ["Bergen", "Oslo"]


@pytest.mark.parametrize(
    ("datatype", "fitting", "other"),
    [
        ("BOOL", True, 1),
        ("UINT8", 255, 256),
        ("INT64", -(2**63), 2**63),
        ("FP16", 65519.9, 65520),
        ("FP32", 3.4e38, 3.5e38),
        ("FP64", 1e308, "1"),
        ("BYTES", "", 1),
    ],
)
def test_a_value_fits_just_where_its_datatype_holds_it(
    manifest: Manifest, datatype: Any, fitting: Any, other: Any
):
    api = of(manifest, {"x": fitting}, Input("x", datatype, (-1,)))

    assert fits(api, "Row", {"x": fitting})
    assert not fits(api, "Row", {"x": other})


def test_a_tensors_row_is_nested_as_its_shape_or_flat(manifest: Manifest):
    api = of(manifest, {"x": [[1, 2], [3, 4]]}, Input("x", "FP32", (-1, 2, 2)))

    assert fits(api, "Row", {"x": [[1, 2], [3, 4]]})
    assert fits(api, "Row", {"x": [1, 2, 3, 4]})
    assert not fits(api, "Row", {"x": [1, 2, 3]})


def test_an_answer_is_described_as_it_is_shown(manifest: Manifest, example: Example):
    outputs = (
        Output("label", "INT64", (-1,), labels=("no", "yes")),
        Output("share", "FP32", (-1, 2), columns=("no", "yes")),
        Output("score", "FP32", (-1, 1)),
        Output("map", "INT32", (-1, 2, 1)),
    )
    api = document(msgspec.structs.replace(manifest, outputs=outputs), example)

    shown = {
        "label": "yes",
        "share": {"no": 0, "yes": 1},
        "score": 1,
        "map": [[1], [2]],
    }
    assert fits(api, "Prediction", shown)
    assert fits(api, "Prediction", shown | {"score": None})
    assert not fits(api, "Prediction", shown | {"label": 1})
    assert not fits(api, "Prediction", shown | {"share": [0, 1]})


def test_every_refusal_is_described(wine: httpx.Client):
    api = wine.get("/openapi.json").json()

    refusals = [
        wine.post("/predict", json={"alcohol": "strong", "hues": 1}),
        wine.post("/predict", content=b"{"),
        wine.post("/predict", content=b"x", headers={"content-encoding": "br"}),
    ]

    documented = api["paths"]["/predict"]["post"]["responses"]
    for refusal in refusals:
        assert str(refusal.status_code) in documented
        assert fits(api, "Refusal", refusal.json())


def test_a_token_is_part_of_it_just_where_callers_must_show_one(
    manifest: Manifest, example: Example
):
    free, guarded = (document(manifest, example, tokens=one) for one in (False, True))

    assert "securitySchemes" not in free["components"]
    assert "401" not in free["paths"]["/predict"]["post"]["responses"]
    operation = guarded["paths"]["/predict"]["post"]
    assert operation["security"] == [{"token": []}]
    assert "401" in operation["responses"]
    assert "security" not in guarded["paths"]["/v2/health/ready"]["get"]


def test_an_example_too_large_to_read_is_left_out(manifest: Manifest):
    values = [0.5] * 30_000
    api = of(manifest, {"x": values}, Input("x", "FP32", (-1, 30_000)))

    assert len(json.dumps(api)) < 50_000
    assert "x-codeSamples" not in api["paths"]["/predict"]["post"]


@pytest.mark.parametrize(
    "request_",
    [
        {"rows": [{"x": 7}, {"x": 8}]},
        {"row": {"x": 7}},
        {"x": 7},
        {"columns": {"x": [7]}},
    ],
)
def test_the_protocols_example_is_the_stored_examples_first_row(
    manifest: Manifest, request_: Any
):
    api = of(manifest, request_, Input("t", "FP32", (-1, 1), (Column("x"),)))

    infer = api["paths"]["/v2/models/wine/infer"]["post"]
    assert content(infer)["example"]["inputs"] == [
        {"name": "t", "shape": [1, 1], "datatype": "FP32", "data": [7]}
    ]
