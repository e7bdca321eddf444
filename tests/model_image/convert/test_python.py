"""Whatever a class of the user's own gives becomes arrays by name."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model_image.convert import python
from model_image.convert.original import Unconvertible
from model_image.convert.python import OwnModel
from model_image.convert.task import Task

ROWS = pd.DataFrame({"x": [1.0, 2.0]})


class Giving:
    """Answers every time with the same."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def predict(self, frame: pd.DataFrame) -> Any:
        frame["x"] = 0
        return self.answer


def answered(answer: Any) -> dict[str, Any]:
    return OwnModel(Giving(answer), "own:Giving", []).predict(ROWS)


@pytest.mark.parametrize(
    "answer",
    [[3.0, 4.0], np.array([3.0, 4.0]), pd.Series([3.0, 4.0], index=[7, 8])],
    ids=["list", "array", "series"],
)
def test_an_answer_without_a_name_is_the_prediction(answer: Any):
    assert {name: one.tolist() for name, one in answered(answer).items()} == {
        "prediction": [3.0, 4.0]
    }


@pytest.mark.parametrize("table", [dict, pd.DataFrame])
def test_named_answers_keep_their_names_and_types(table: Any):
    made = answered(table({"label": ["no", "yes"], "score": [1, 2]}))

    assert list(made) == ["label", "score"]
    assert made["label"].dtype == object
    assert made["score"].dtype == np.int64


def test_the_rows_are_a_copy_for_each_call():
    answered([1, 2])

    assert ROWS["x"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([1.0], "one answer per row"),
        (1.0, "one answer per row"),
        ({"y": [1.0, 2.0, 3.0]}, "gives 'y' of shape"),
        ({}, "gives no output"),
    ],
)
def test_an_answer_that_is_not_one_per_row_is_refused(answer: Any, said: str):
    with pytest.raises(Unconvertible, match=said):
        answered(answer)


def test_code_needs_rows():
    with pytest.raises(Unconvertible, match="with --data"):
        python.load(Task("python", [], entry="own:Giving"))


def test_files_are_kept_as_they_were_given(tmp_path: Path):
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "a.bin").write_bytes(b"a")
    (tmp_path / "b.txt").write_text("b")
    given = [tmp_path / "weights", tmp_path / "b.txt"]

    OwnModel(Giving(0), "own:Giving", given).save(tmp_path / "kept")

    assert (tmp_path / "kept" / "weights" / "a.bin").read_bytes() == b"a"
    assert (tmp_path / "kept" / "b.txt").read_text() == "b"
