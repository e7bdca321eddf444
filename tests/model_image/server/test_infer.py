"""The Open Inference Protocol, as its clients speak it."""

from typing import Any

import httpx
import pytest

INFER = "/v2/models/wine/infer"


def asked(**changes: Any) -> dict[str, Any]:
    tensor = {
        "name": "features",
        "datatype": "FP32",
        "shape": [1, 13],
        "data": [13.4, 1.6, 2.4, 15.9, 108, 2.5, 2.5, 0.4, 1.5, 4.4, 1.1, 2.9, 815],
    }
    return {"inputs": [tensor | changes]}


@pytest.mark.parametrize("path", [INFER, "/v2/models/wine/versions/1.0.0/infer"])
def test_a_tensor_is_answered_with_the_models_tensors(wine: httpx.Client, path: str):
    answer = wine.post(path, json=asked()).json()

    assert (answer["model_name"], answer["model_version"]) == ("wine", "1.0.0")
    label, probabilities = answer["outputs"]
    assert (label["name"], label["shape"]) == ("label", [1])
    assert probabilities["shape"] == [1, 3]
    assert sum(probabilities["data"]) == pytest.approx(1, abs=1e-5)


def test_nested_data_means_the_same_as_flat(wine: httpx.Client):
    flat = asked(shape=[2, 13], data=list(range(26)))
    nested = asked(shape=[2, 13], data=[list(range(13)), list(range(13, 26))])

    answers = [wine.post(INFER, json=each).json()["outputs"] for each in (flat, nested)]

    assert answers[0] == answers[1]


def test_only_the_outputs_asked_for_are_answered(wine: httpx.Client):
    body = asked() | {"outputs": [{"name": "probabilities"}]}

    outputs = wine.post(INFER, json=body).json()["outputs"]

    assert [output["name"] for output in outputs] == ["probabilities"]


def test_the_id_of_the_request_is_the_id_of_the_answer(wine: httpx.Client):
    assert wine.post(INFER, json=asked() | {"id": "mine"}).json()["id"] == "mine"


@pytest.mark.parametrize(
    ("changes", "expected", "got"),
    [
        ({"datatype": "FP64"}, "datatype FP32", '"FP64"'),
        ({"shape": [1, 12]}, "shape [rows, 13]", "[1, 12]"),
        ({"shape": [13]}, "shape [rows, 13]", "[13]"),
        ({"shape": [0, 13], "data": []}, "shape [rows, 13]", "[0, 13]"),
        ({"shape": [2, 13]}, "26 values for shape [2, 13]", "13"),
        ({"data": [1] * 12 + ["a"]}, "a number (FP32)", '"a"'),
        ({"data": [1] * 12 + [True]}, "a number (FP32)", "true"),
        ({"name": "x"}, "one of the inputs features", "an unknown name"),
    ],
)
def test_a_tensor_that_does_not_fit_is_told_what_would(
    wine: httpx.Client, changes: dict[str, Any], expected: str, got: str
):
    answer = wine.post(INFER, json=asked(**changes))

    assert answer.status_code == 422
    mistake = answer.json()["mistakes"][0]
    assert (mistake["expected"], mistake["got"]) == (expected, got)


def test_a_request_without_inputs_is_told_where_it_is_wrong(wine: httpx.Client):
    answer = wine.post(INFER, json={"inputs": [{}]})

    assert answer.status_code == 422
    assert "$.inputs[0]" in answer.json()["error"]


def test_an_unknown_output_is_refused(wine: httpx.Client):
    answer = wine.post(INFER, json=asked() | {"outputs": [{"name": "x"}]})

    assert answer.status_code == 422


def test_the_models_metadata_names_its_tensors(wine: httpx.Client):
    metadata = wine.get("/v2/models/wine").json()

    assert metadata["versions"] == ["1.0.0"]
    assert metadata["inputs"] == [
        {"name": "features", "datatype": "FP32", "shape": [-1, 13]}
    ]


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/v2/health/live", "live"),
        ("/v2/health/ready", "ready"),
        ("/v2/health/ready", "live"),
        ("/v2/health/startup", "started"),
        ("/v2/models/wine/ready", "ready"),
    ],
)
def test_a_ready_server_says_so(wine: httpx.Client, path: str, key: str):
    answer = wine.get(path)

    assert (answer.status_code, answer.json()[key]) == (200, True)


def test_the_server_names_itself(wine: httpx.Client):
    assert wine.get("/v2").json()["name"] == "slipway"
