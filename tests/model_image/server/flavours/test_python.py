"""A user's class is served as it is, and held to its manifest."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model_image.server.flavours import Model, load
from model_image.server.manifest import ManifestError, read_manifest
from tests.own_package import own_package

Load = Callable[..., Model]
ROWS = {
    "city": np.array([["Oslo"], [None]], object),
    "age": np.array([[1.0], [np.nan]]),
}
CLASS = """
class Predictor:
    def load(self, folder): pass
    def predict(self, frame): return {}
"""


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Loads a package with this predictor, and forgets its modules afterwards."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", False)

    def loading(predictor: str, **files: str) -> Model:
        folder = own_package(tmp_path, {"code/predictor.py": predictor} | files)
        return load(folder, read_manifest(folder), 1)

    yield loading
    for name in ("predictor", "units"):
        sys.modules.pop(name, None)


def answering(body: str) -> str:
    return CLASS.replace("return {}", body)


def test_the_class_is_asked_with_a_frame_and_answers_by_name(loaded: Load):
    body = "return {'shown': frame.city.fillna('?'), 'doubled': 2 * frame.age}"
    model = loaded(answering(body))

    made = model.run(ROWS)

    assert made["shown"].tolist() == ["Oslo", "?"]
    np.testing.assert_array_equal(made["doubled"], [2, np.nan])


def test_only_the_outputs_asked_for_are_given(loaded: Load):
    model = loaded(answering("return {'shown': ['', ''], 'doubled': [0, 0]}"))

    assert list(model.run(ROWS, ("doubled",))) == ["doubled"]


def test_it_is_loaded_from_the_folder_of_its_artifacts(loaded: Load):
    text = answering("return {'shown': [self.form] * 2, 'doubled': frame.age}")
    reading = "self.form = (folder / 'form.json').read_text()"
    model = loaded(text.replace("folder): pass", f"folder): {reading}"))

    assert model.run(ROWS)["shown"].tolist() == ['"plain"'] * 2


def test_loading_leaves_nothing_in_the_package(loaded: Load, tmp_path: Path):
    loaded(f"import units\n{CLASS}")

    assert {path.name for path in (tmp_path / "code").iterdir()} == {
        "predictor.py",
        "units.py",
    }


@pytest.mark.parametrize(
    ("predictor", "part"),
    [
        ("import nowhere", "predictor:Predictor could not be loaded (ModuleNotFound"),
        ("x = 1", "has no attribute 'Predictor'"),
        ("class Predictor:\n    def load(self, f): pass", "has no method predict"),
        ("class Predictor:\n    def predict(self, f): pass", "has no method load"),
        (CLASS.replace("pass", "1 / 0"), "ZeroDivisionError: division by zero"),
        (CLASS.replace("pass", "folder.joinpath('x').read_text()"), "FileNotFound"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("class Predictor", "SyntaxError"),
    ],
)
def test_a_class_that_cannot_be_had_is_named_with_the_reason(
    loaded: Load, predictor: str, part: str
):
    with pytest.raises(ManifestError) as caught:
        loaded(predictor)

    assert part in str(caught.value)
    assert str(caught.value).startswith("predictor:Predictor ")


def test_an_answer_for_another_number_of_rows_is_an_error(loaded: Load):
    model = loaded(answering("return {'shown': ['a'], 'doubled': [1]}"))

    with pytest.raises(ValueError, match="'shown' has 1 rows for 2 asked"):
        model.run(ROWS)


def test_code_that_wants_to_exit_fails_one_request_only(loaded: Load):
    model = loaded(answering("raise SystemExit"))

    with pytest.raises(RuntimeError, match="asked the server to exit"):
        model.run(ROWS)


FALLIBLE = answering(
    "1 // int((frame.age != 0).sum()); "
    "return {'shown': frame.city, 'doubled': 2 * frame.age}"
)


def test_a_model_that_raises_is_a_500_with_its_trace_in_the_log_and_serves_on(
    start: Callable[..., Any], tmp_path: Path
):
    answer = {"shown": "Oslo", "doubled": 7.0}
    files = {"code/predictor.py": FALLIBLE}
    server = start(own_package(tmp_path, files, answer))
    server.until("ready")

    with server.client as client:
        failed = client.post("/predict", json={"city": "Oslo", "age": 0})
        refused = client.post("/predict", json={"city": "Paris", "age": "old"})
        answered = client.post("/predict", json={"city": "Oslo", "age": 1})

    assert failed.status_code == 500
    assert "ZeroDivisionError" in server.until("failed")["trace"]
    assert {each["feature"] for each in refused.json()["mistakes"]} == {"city", "age"}
    assert answered.json()["predictions"] == [{"shown": "Oslo", "doubled": 2.0}]


def test_a_model_that_fails_on_its_example_is_not_served(
    start: Callable[..., Any], tmp_path: Path
):
    server = start(own_package(tmp_path, {"code/predictor.py": answering("1 / 0")}))

    failed = server.until("failed to load")

    assert server.exit_code() == 1
    assert "the model fails on the request in" in failed["error"]
    assert json.dumps(failed["error"]).count("\\n") == 0
