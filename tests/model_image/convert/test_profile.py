"""The reference that traffic is compared with later."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from model_image.convert.profile import MOST, REST, profile
from model_image.server.manifest import Column, Input, Output
from model_image.server.profile import Categories, Distribution
from model_image.server.telemetry.columns import bins

LABEL = Output("label", "INT64", (-1,))


def test_the_server_counts_the_training_data_as_its_profile_does():
    tensor = Input("x", "FP32", (-1, 1), (Column("x"),))
    values = np.round(np.random.default_rng(1).normal(10, 3, 500), 2)

    found = profile(pd.DataFrame({"x": values}), {}, []).inputs
    (counted,) = bins([tensor], found)
    counted.add(values.astype(np.float32).reshape(-1, 1))

    assert counted.counts.tolist() == counted.training.tolist()


@given(st.lists(st.floats(-1e6, 1e6) | st.none(), min_size=1, max_size=60))
def test_every_row_is_counted_once(values: list[float | None]):
    rows = pd.DataFrame({"x": np.array(values, np.float64)})

    found = profile(rows, {}, []).inputs["x"]

    assert isinstance(found, Distribution)
    assert sum(found.counts) + found.missing == len(values)


def test_edges_cut_the_rows_in_even_parts():
    rows = pd.DataFrame({"x": np.arange(1000.0)})

    found = profile(rows, {}, []).inputs["x"]

    assert isinstance(found, Distribution)
    assert len(found.counts) == 10
    assert max(found.counts) - min(found.counts) <= 2


def test_a_value_on_an_edge_is_counted_below_it():
    rows = pd.DataFrame({"x": [0.0] * 9 + [1.0]})

    found = profile(rows, {}, []).inputs["x"]

    assert isinstance(found, Distribution)
    assert found.counts[found.edges.index(0.0)] == 9


def test_text_is_counted_by_value_and_the_rare_together():
    names = [f"name{at}" for at in range(MOST + 5)]
    rows = pd.DataFrame({"name": np.array([*names, "name0", np.nan], object)})

    found = profile(rows, {}, []).inputs["name"]

    assert isinstance(found, Categories)
    assert found.values["name0"] == 2
    assert found.values[REST] == 5
    assert found.missing == 1


def test_labels_are_counted_under_the_names_that_callers_see():
    rows = pd.DataFrame({"x": [1.0, 2.0, 3.0]})
    named = Output("label", "INT64", (-1,), labels=("no", "yes"))
    chances = Output("probabilities", "FP32", (-1, 2), columns=("no", "yes"))
    answers = {
        "label": np.array([0, 1, 1]),
        "probabilities": np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]]),
    }

    found = profile(rows, answers, [named, chances]).outputs

    assert found["label"] == Categories({"yes": 2, "no": 1})
    assert {"probabilities.no", "probabilities.yes"} < found.keys()


def test_tensors_have_no_profile():
    rows = pd.DataFrame({"image": list(np.zeros((2, 3, 3)))})

    assert not profile(rows, {}, []).inputs
