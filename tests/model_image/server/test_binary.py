"""Tensors as bytes after the JSON: what Triton's clients send unless told otherwise."""

import json
import struct
from typing import Any

import httpx
import numpy as np
import pytest

from model_image.server import binary
from model_image.server.manifest import Column, Input
from model_image.server.refusal import Mistake
from model_image.server.values import DTYPES

INFER = "/v2/models/wine/infer"


def framed(head: Any, *parts: bytes) -> dict[str, Any]:
    """A request whose tensors follow its JSON."""
    text = json.dumps(head).encode()
    headers = {"inference-header-content-length": str(len(text))}
    return {"content": text + b"".join(parts), "headers": headers}


@pytest.fixture
def wine_input(wine: httpx.Client) -> dict[str, Any]:
    """The one tensor that the example takes, as its metadata says."""
    return wine.get("/v2/models/wine").json()["inputs"][0]


def asked(tensor: dict[str, Any], size: int, **more: Any) -> dict[str, Any]:
    rows = {"name": tensor["name"], "datatype": "FP32", "shape": [1, 13]}
    return {"inputs": [rows | {"parameters": {"binary_data_size": size}}]} | more


def test_bytes_in_and_bytes_out_are_the_same_as_json(
    wine: httpx.Client, wine_input: dict[str, Any], wine_rows: list[dict[str, float]]
):
    values = np.array([list(wine_rows[0].values())], "<f4").tobytes()
    head = asked(wine_input, len(values), parameters={"binary_data_output": True})

    answer = wine.post(INFER, **framed(head, values))

    end = int(answer.headers["inference-header-content-length"])
    label, probabilities = json.loads(answer.content[:end])["outputs"]
    assert label["parameters"] == {"binary_data_size": 8}
    assert probabilities["parameters"] == {"binary_data_size": 12}
    assert struct.unpack("<q", answer.content[end : end + 8]) == (1,)
    got = struct.unpack("<3f", answer.content[end + 8 :])
    assert got == pytest.approx((0.26, 0.72, 0.02), abs=1e-5)


def test_an_output_may_come_in_json_while_another_does_not(
    wine: httpx.Client, wine_input: dict[str, Any]
):
    outputs = [
        {"name": "label", "parameters": {"binary_data": False}},
        {"name": "probabilities"},
    ]
    head = asked(
        wine_input, 52, outputs=outputs, parameters={"binary_data_output": True}
    )

    answer = wine.post(INFER, **framed(head, np.ones(13, "<f4").tobytes()))

    end = int(answer.headers["inference-header-content-length"])
    label, probabilities = json.loads(answer.content[:end])["outputs"]
    assert "data" in label
    assert "data" not in probabilities


@pytest.mark.parametrize(
    ("size", "sent", "status", "named"),
    [
        (52, 48, 400, "48 bytes are left"),
        (48, 52, 400, "belong to no input"),
        (-1, 52, 400, "binary_data_size -1"),
        (48, 48, 422, "12"),
        (50, 50, 422, "a multiple of 4 bytes"),
    ],
)
def test_sizes_that_do_not_match_are_refused(
    wine: httpx.Client,
    wine_input: dict[str, Any],
    size: int,
    sent: int,
    status: int,
    named: str,
):
    answer = wine.post(INFER, **framed(asked(wine_input, size), b"\0" * sent))

    assert answer.status_code == status
    assert named in answer.json()["error"]


@pytest.mark.parametrize("length", ["-1", "x", "100000"])
def test_a_length_of_the_json_that_cannot_be_is_refused(
    wine: httpx.Client, length: str
):
    headers = {"inference-header-content-length": length}

    answer = wine.post(INFER, content=b"{}", headers=headers)

    assert answer.status_code == 400
    assert "length" in answer.json()["error"]


def test_infinity_in_bytes_is_refused_by_feature(
    wine: httpx.Client, wine_input: dict[str, Any]
):
    values = np.ones(13, "<f4")
    values[2] = np.inf

    answer = wine.post(INFER, **framed(asked(wine_input, 52), values.tobytes()))

    assert answer.status_code == 422
    (mistake,) = answer.json()["mistakes"]
    assert mistake["feature"] == "ash"
    assert (mistake["reason"], mistake["got"]) == ("range", "infinity")


def column(datatype: Any) -> Input:
    return Input("x", datatype, (-1, 1), (Column("x"),))


@pytest.mark.parametrize(
    "datatype", ["BOOL", "UINT8", "INT16", "FP16", "FP64", "UINT64"]
)
def test_every_datatype_comes_back_as_it_went(datatype: Any):
    mistakes: list[Mistake] = []
    values = np.array([0, 1, 1]).astype(DTYPES[datatype])

    made = binary.tensor(memoryview(binary.written(values)), column(datatype), mistakes)

    assert made.tolist() == values.tolist()
    assert made.dtype == values.dtype
    assert mistakes == []


def test_texts_come_back_as_they_went():
    mistakes: list[Mistake] = []
    texts = np.array(["", "Bergen", "Ærøskøbing"], object)

    data = memoryview(binary.written(texts))

    assert binary.tensor(data, column("BYTES"), mistakes).tolist() == texts.tolist()


@pytest.mark.parametrize(
    "data", [b"\x01", b"\x05\0\0\0abc", b"\x01\0\0\0\xff", b"\xff\xff\xff\xffx"]
)
def test_texts_that_end_too_early_or_are_none_are_refused(data: bytes):
    mistakes: list[Mistake] = []

    binary.tensor(memoryview(data), column("BYTES"), mistakes)

    assert [mistake.reason for mistake in mistakes] == ["type"]
