"""The stored example is the row whose answer would change first."""

import numpy as np
import pandas as pd

from model_image.convert.example import example
from model_image.server.manifest import Output

ROWS = pd.DataFrame({"x": [1.0, 2.0, 3.0, np.nan]})
CHANCES = Output("probabilities", "FP64", (-1, 2), columns=("no", "yes"))
AMOUNT = Output("prediction", "FP64", (-1,))


def test_of_a_classifier_it_is_the_least_certain_row():
    chances = np.array([[0.9, 0.1], [0.45, 0.55], [0.2, 0.8], [0.5, 0.5]])

    stored = example(ROWS, {"probabilities": chances}, (CHANCES,), 1e-5)

    assert stored["request"] == {"rows": [{"x": 2.0}]}
    assert stored["response"] == {
        "predictions": [{"probabilities": {"no": 0.45, "yes": 0.55}}]
    }
    assert stored["tolerance"] == 1e-5


def test_of_others_it_is_the_one_in_the_middle():
    stored = example(ROWS, {"prediction": np.array([9.0, 0.0, 4.0, 4.0])}, (AMOUNT,), 0)

    assert stored["request"] == {"rows": [{"x": 3.0}]}


def test_text_is_answered_by_any_row_that_is_whole():
    label = Output("label", "BYTES", (-1,))
    rows = ROWS.iloc[::-1]

    stored = example(rows, {"label": np.array(list("dcba"), object)}, (label,), 0)

    assert stored["request"] == {"rows": [{"x": 3.0}]}


def test_a_sample_without_a_whole_row_still_has_an_example():
    rows = ROWS.iloc[[3]]

    stored = example(rows, {"prediction": np.array([1.0])}, (AMOUNT,), 0)

    assert stored["request"] == {"rows": [{"x": None}]}
