"""What a candidate may be asked is what it answers as the original does."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model_image.convert import schema
from model_image.convert.original import Feature, Unconvertible
from model_image.convert.trial import Trial, attempt

ROWS = pd.DataFrame({"x": np.arange(8.0), "kind": np.array(["a", "b"] * 4, object)})
FEATURES = [Feature(name="x"), Feature(name="kind", categories=("a", "b"))]
INPUTS = schema.inputs(FEATURES, ROWS, columnwise=True, number="FP64")

Answers = dict[str, np.ndarray]


class Original:
    """Adds one to x for each b; x may be missing, and an unknown kind may not."""

    def __init__(self) -> None:
        self.calls = 0

    def predict(self, rows: pd.DataFrame) -> Answers:
        self.calls += 1
        if not set(rows["kind"]) <= {"a", "b"}:
            raise ValueError("unknown kind")
        x = rows["x"].fillna(-1).to_numpy(np.float64)
        return {"y": x + (rows["kind"] == "b").to_numpy()}


def exact(arrays: Answers) -> Answers:
    x = np.nan_to_num(arrays["x"].ravel(), nan=-1)
    return {"y": x + (arrays["kind"].ravel() == "b")}


def tried(run: Callable[[Answers], Answers], original: Any = None) -> Trial:
    original = original or Original()
    expected = original.predict(ROWS)
    return attempt(original, expected, ROWS, FEATURES, INPUTS, run, 1e-5)


def column(trial: Trial, name: str) -> Any:
    return next(one for i in trial.inputs for one in i.columns if one.name == name)


def test_an_equal_candidate_is_open_where_the_original_is():
    trial = tried(exact)

    assert trial.gap.largest == 0.0
    assert column(trial, "x").missing
    assert not trial.notes


def test_what_the_original_refuses_the_schema_refuses():
    kind = column(tried(exact), "kind")

    assert kind.closed
    assert not kind.missing


def test_a_missing_value_that_is_answered_otherwise_is_refused_and_noted():
    trial = tried(lambda arrays: {"y": np.nan_to_num(exact(arrays)["y"], nan=0.0)})
    other = tried(lambda arrays: {"y": _shifted_where_missing(arrays)})

    assert column(trial, "x").missing
    assert not column(other, "x").missing
    assert other.notes == (
        "a missing value in x is refused: the original answers otherwise",
    )


def _shifted_where_missing(arrays: Answers) -> np.ndarray:
    return exact(arrays)["y"] + np.isnan(arrays["x"].ravel())


def test_an_answer_of_nan_is_a_refusal():
    class Unsure(Original):
        def predict(self, rows: pd.DataFrame) -> Answers:
            made = super().predict(rows)["y"]
            return {"y": np.where(rows["x"].isna(), np.nan, made)}

    assert not column(tried(exact, Unsure()), "x").missing


def test_edge_rows_that_agree_are_kept_for_the_proof():
    trial = tried(exact)

    assert len(trial.edge_rows) == len(trial.edge_answers["y"]) > 0
    np.testing.assert_allclose(
        Original().predict(trial.edge_rows)["y"], trial.edge_answers["y"]
    )


def test_a_candidate_that_fails_at_an_edge_is_not_asked_it():
    def fragile(arrays: Answers) -> Answers:
        if np.isnan(arrays["x"]).any():
            raise RuntimeError
        return exact(arrays)

    assert not column(tried(fragile), "x").missing


def test_edges_of_a_kind_are_asked_together():
    original = Original()

    tried(exact, original)

    assert original.calls < 12


def test_the_largest_difference_on_the_rows_is_told():
    trial = tried(lambda arrays: {"y": exact(arrays)["y"] + (arrays["x"].ravel() == 3)})

    assert trial.gap.where == "y, row 3"
    assert trial.gap.largest == pytest.approx(0.25)


def test_a_row_that_the_schema_cannot_hold_is_named():
    rows = ROWS.assign(x=np.inf)

    with pytest.raises(Unconvertible, match="a row of the sample"):
        attempt(
            Original(),  # type: ignore[arg-type]
            {"y": np.zeros(8)},
            rows,
            FEATURES,
            INPUTS,
            exact,
            1e-5,
        )
