"""What callers get over HTTP, whatever they send."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Rows = list[dict[str, float]]


def test_rows_of_named_columns_are_answered_by_name(
    wine: httpx.Client, wine_rows: Rows
):
    answer = wine.post("/predict", json={"rows": wine_rows * 2}).json()

    assert answer["model"] == {"name": "wine", "version": "1.0.0"}
    assert [each["label"] for each in answer["predictions"]] == ["class_1"] * 2
    assert answer["predictions"][0]["probabilities"] == pytest.approx(
        {"class_0": 0.26, "class_1": 0.72, "class_2": 0.02}, abs=1e-5
    )


@pytest.mark.parametrize("form", ["row", "columns", "bare"])
def test_every_form_of_a_row_gets_the_same_answer(
    wine: httpx.Client, wine_rows: Rows, form: str
):
    (row,) = wine_rows
    columns = {name: [value] for name, value in row.items()}
    body: dict[str, Any] = {"row": {"row": row}, "columns": {"columns": columns}}.get(
        form, row
    )

    answer = wine.post("/predict", json=body).json()

    expected = wine.post("/predict", json={"rows": wine_rows}).json()
    assert answer["predictions"] == expected["predictions"]


def test_all_mistakes_of_a_row_come_at_once_with_name_expectation_and_value(
    wine: httpx.Client, wine_rows: Rows
):
    row: dict[str, Any] = wine_rows[0] | {"alcohol": "strong", "ash": [], "hue": True}
    del row["proline"]
    row["prolin"] = 1

    answer = wine.post("/predict", json=row)

    assert answer.status_code == 422
    typed = {"reason": "type", "expected": "a number (FP32)", "row": 0}
    assert answer.json()["mistakes"] == [
        {
            "feature": "prolin",
            "reason": "unknown",
            "expected": "a column of the model",
            "got": "an unknown one; did you mean 'proline'?",
            "row": 0,
        },
        typed | {"feature": "alcohol", "got": '"strong"'},
        typed | {"feature": "ash", "got": "a list of 0"},
        typed | {"feature": "hue", "got": "true"},
    ]


def test_a_number_too_large_for_the_model_is_refused_rather_than_made_infinite(
    wine: httpx.Client, wine_rows: Rows
):
    answer = wine.post("/predict", json=wine_rows[0] | {"proline": 1e39})

    assert answer.status_code == 422
    assert "proline" in answer.json()["error"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"rows": [', 400),
        (b"", 400),
        (b"\xff\xfe", 400),
        (b'{"alcohol": NaN}', 400),
        (b"[" * 100_000, 400),
        (b'{"rows": ' + b"[" * 900 + b"]" * 900 + b"}", 422),
        (b"[]", 422),
        (b"7", 422),
        (b"{}", 422),
        (b'{"rows": []}', 422),
        (b'{"rows": 7}', 422),
        (b'{"rows": [7]}', 422),
        (b'{"row": null}', 422),
        (b'{"columns": {}}', 422),
        (b'{"columns": {"ash": 1}}', 422),
        (b'{"columns": {"ash": [1], "hue": []}}', 422),
        (b'{"rows": [{}], "row": {}}', 422),
    ],
)
def test_a_body_that_is_no_request_is_refused(
    wine: httpx.Client, body: bytes, status: int
):
    answer = wine.post("/predict", content=body)

    assert answer.status_code == status
    assert answer.json()["error"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=20,
)
fixture_is_kept = [HealthCheck.function_scoped_fixture]


@pytest.mark.parametrize("path", ["/predict", "/v2/models/wine/infer"])
@given(body=anything | st.dictionaries(st.sampled_from(["rows", "inputs"]), anything))
@settings(max_examples=60, suppress_health_check=fixture_is_kept, deadline=None)
def test_no_json_whatsoever_is_the_servers_fault(
    wine: httpx.Client, path: str, body: Any
):
    answer = wine.post(path, content=json.dumps(body))

    assert 400 <= answer.status_code < 500


def test_ten_thousand_wrong_rows_get_a_short_answer(wine: httpx.Client):
    answer = wine.post("/predict", json={"rows": [{"x": 1}] * 10_000})

    assert answer.status_code == 422
    assert len(answer.content) < 10_000


def test_a_body_over_the_limit_is_refused_by_its_declared_length(wine: httpx.Client):
    answer = wine.post("/predict", content=b" " * (8 * 1024 * 1024 + 1))

    assert answer.status_code == 413


def test_a_body_over_the_limit_is_refused_when_it_declares_no_length(
    wine: httpx.Client,
):
    answer = wine.post("/predict", content=(b" " * 2**20 for _ in range(9)))

    assert answer.status_code == 413


def test_a_compressed_body_is_refused(wine: httpx.Client):
    answer = wine.post("/predict", content=b"x", headers={"content-encoding": "gzip"})

    assert answer.status_code == 415


@pytest.mark.parametrize(
    "path", ["/nope", "/v2/", "/predict/", "/v2/models/beer", "/../etc/passwd"]
)
def test_an_unknown_path_is_a_404_in_json(wine: httpx.Client, path: str):
    answer = wine.get(path)

    assert answer.status_code == 404
    assert answer.json()["error"]


def test_another_version_than_the_one_served_is_named_in_the_404(wine: httpx.Client):
    answer = wine.post("/v2/models/wine/versions/2.0.0/infer", json={})

    assert answer.status_code == 404
    assert "'wine' in version 1.0.0" in answer.json()["error"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/predict", "POST"),
        ("DELETE", "/v2", "GET, HEAD"),
        ("POST", "/v2/health/ready", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_the_right_one(
    wine: httpx.Client, method: str, path: str, allowed: str
):
    answer = wine.request(method, path)

    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


def test_head_is_answered_as_get_without_its_body(wine: httpx.Client):
    answer = wine.head("/v2/health/ready")

    assert (answer.status_code, answer.content) == (200, b"")


def test_the_callers_request_id_comes_back_in_the_header_and_the_answer(
    wine: httpx.Client, wine_rows: Rows
):
    answer = wine.post("/predict", json=wine_rows[0], headers={"x-request-id": "a-1"})

    assert answer.headers["x-request-id"] == "a-1"
    assert answer.json()["id"] == "a-1"


@pytest.mark.parametrize("given_id", ["", "a" * 129, 'a"b', "a b", "é".encode()])
def test_a_request_id_that_is_not_safe_to_repeat_is_replaced(
    wine: httpx.Client, given_id: str
):
    answer = wine.get("/", headers={"x-request-id": given_id})

    assert len(answer.headers["x-request-id"]) == 32


@pytest.mark.parametrize("path", ["/", "/nope", "/v2/health/live"])
def test_every_answer_says_which_version_on_which_instance_gave_it(
    wine: httpx.Client, path: str
):
    answer = wine.get(path)

    assert answer.headers["x-slipway-version"] == "1.0.0"
    assert answer.headers["x-slipway-instance"] == socket.gethostname()


def test_the_index_leads_to_the_model(wine: httpx.Client):
    index = wine.get("/").json()

    assert index["model"]["name"] == "wine"
    assert wine.get(index["metadata"].removeprefix("GET ")).status_code == 200


def test_callers_show_a_token_where_one_is_asked_for(
    package: Path, start: Callable[..., Any], tmp_path: Path, wine_rows: Rows
):
    (tmp_path / "tokens").write_text("a-token-of-some-length")
    server = start(package, SLIPWAY_TOKENS=str(tmp_path / "tokens"))
    server.until("ready")
    with server.client as client:
        without = client.post("/predict", json=wine_rows[0])
        health = client.get("/v2/health/ready")
        client.headers["authorization"] = "Bearer a-token-of-some-length"
        shown = client.post("/predict", json=wine_rows[0])

    assert (without.status_code, health.status_code) == (401, 200)
    assert without.headers["www-authenticate"] == "Bearer"
    assert shown.status_code == 200
