"""What a package answers to rows of which it may not take all."""

from pathlib import Path
from typing import Any

from model_image.convert.answer import answers
from model_image.server.flavours.onnx import OnnxModel
from model_image.server.manifest import read_manifest
from model_image.server.values import Array

GOOD = {"age": 1, "city": "Oslo"}
ANSWER = {"doubled": 2.0, "where": "Oslo"}


def asked(folder: Path, rows: list[dict[str, Any]]) -> Any:
    manifest = read_manifest(folder)
    return answers(OnnxModel(folder, manifest, 1), manifest, rows)


def test_rows_are_answered_as_predict_shows_them(mixed: Path):
    found = asked(mixed, [GOOD, {"age": 2, "city": "x"}])

    assert found.given == {0: ANSWER, 1: {"doubled": 4.0, "where": "x"}}
    assert found.refused == {}


def test_a_row_that_does_not_fit_costs_no_other(mixed: Path):
    found = asked(mixed, [GOOD, {"age": "old", "city": "x"}, GOOD])

    assert found.given == {0: ANSWER, 2: ANSWER}
    assert found.refused == {1: 'row 0, age: expected a number (FP32), got "old"'}


def test_a_row_that_the_model_fails_on_costs_no_other(mixed: Path):
    manifest = read_manifest(mixed)

    class Picky(OnnxModel):
        def run(
            self, arrays: dict[str, Array], outputs: tuple[str, ...] | None = None
        ) -> dict[str, Array]:
            if 13 in arrays["age"]:
                raise ValueError("unlucky")
            return super().run(arrays, outputs)

    rows = [{"age": 13, "city": "x"}, GOOD]
    found = answers(Picky(mixed, manifest, 1), manifest, rows)

    assert found.given == {1: ANSWER}
    assert found.refused == {0: "the model fails (ValueError: unlucky)"}


def test_no_rows_have_no_answers(mixed: Path):
    assert asked(mixed, []).given == {}
