"""What the model is asked and answers, in the bins of its training data."""

import numpy as np
import pytest

from model_image.server.manifest import Input
from model_image.server.metrics import Metrics
from tests.model_image.server.telemetry.small_model import (
    MANIFEST,
    PROFILE,
    UNKNOWN,
    answers,
    as_trained,
    changed,
    rows,
    values,
)

NAN = float("nan")


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(MANIFEST, PROFILE)


def test_numbers_are_shown_in_the_bins_of_training(metrics: Metrics):
    inputs = rows((20, -5, "Rome"), (21, 0, "Rome"), (99, 7, "Rome"))

    metrics.seen(inputs, answers(0.9, 0.9, 0.9))

    page = values(metrics)
    bounds = ("20.0", "40.0", "60.0", "+Inf")
    assert [page["slipway_input_value_bucket", "age", le] for le in bounds] == [
        1,
        2,
        2,
        3,
    ]
    assert page["slipway_input_value_count", "age"] == 3
    assert page["slipway_input_value_sum", "age"] == 140
    assert page["slipway_input_value_sum", "income"] == 2


def test_missing_values_are_shown_apart(metrics: Metrics):
    metrics.seen(rows((NAN, 1, None), (30, 1, "Oslo")), answers(0.9, 0.9))

    page = values(metrics)
    names = ("age", "income", "city")
    missing = [page["slipway_input_missing_total", name] for name in names]
    assert missing == [1, 0, 1]
    assert page["slipway_input_value_count", "age"] == 1


def test_categories_that_callers_make_up_share_one_label(metrics: Metrics):
    cities = ("Rome", "Oslo", "Bern", "Kyiv")

    metrics.seen(rows(*((30, 1, city) for city in cities)), answers(0, 0, 0, 0))

    page = values(metrics)
    name = "slipway_input_category_total"
    shown = {key[1]: count for key, count in page.items() if key[0] == name}
    assert shown == {"Rome": 1, "Oslo": 1, "(other)": 2}


def test_answers_are_shown_like_inputs(metrics: Metrics):
    metrics.seen(rows((30, 1, "Rome"), (30, 1, "Rome")), answers(0.25, 0.75))

    page = values(metrics)
    assert page["slipway_output_category_total", "paid", "label"] == 1
    assert page["slipway_output_category_total", "late", "label"] == 1
    assert page["slipway_output_value_bucket", "0.5", "probabilities.paid"] == 1
    assert page["slipway_output_value_sum", "probabilities.paid"] == 1


def test_requests_that_ask_for_some_outputs_count_for_those(metrics: Metrics):
    label = answers(0.9)
    del label["probabilities"]

    metrics.seen(rows((30, 1, "Rome")), label)
    metrics.seen(rows((30, 1, "Rome")), answers(0.9))

    page = values(metrics)
    assert page["slipway_output_category_total", "paid", "label"] == 2
    assert page["slipway_output_value_count", "probabilities.paid"] == 1


def test_an_output_that_nobody_asks_for_stays_at_zero(metrics: Metrics):
    label = answers(0.9)
    del label["probabilities"]

    metrics.seen(rows((30, 1, "Rome")), label)

    assert values(metrics)["slipway_output_value_count", "probabilities.paid"] == 0


def test_many_requests_are_counted_without_being_asked(metrics: Metrics):
    inputs, outputs = as_trained(1)

    for _ in range(5000):
        metrics.seen(inputs, outputs)

    (numbers, _) = metrics.traffic.inputs
    assert numbers.counts[0].sum() > 4000


def test_a_model_without_a_profile_shows_no_distributions():
    metrics = Metrics(MANIFEST, UNKNOWN)

    metrics.seen(*as_trained(5000))

    shown = {key[0] for key in values(metrics)}
    assert not [name for name in shown if "input" in name or "drift" in name]


def test_a_model_without_a_profile_keeps_no_request():
    metrics = Metrics(MANIFEST, UNKNOWN)
    inputs, outputs = as_trained(1)

    metrics.seen(inputs, outputs)

    # A plain reference count would include whoever holds the arrays for us.
    inputs["numbers"].resize((0,))


def drift(metrics: Metrics) -> dict[tuple[str, ...], float]:
    name = "slipway_data_drift_psi"
    return {key[1:]: psi for key, psi in values(metrics).items() if key[0] == name}


def test_drift_is_silent_below_the_sample_size(metrics: Metrics):
    metrics.seen(*as_trained(499))

    assert not drift(metrics)
    assert values(metrics)[("slipway_data_drift_rows",)] == 499


def test_traffic_as_in_training_shows_hardly_any_drift(metrics: Metrics):
    metrics.seen(*as_trained(500))

    psi = drift(metrics)
    assert psi.keys() == {
        *((name, "input") for name in PROFILE.inputs),
        *((name, "output") for name in PROFILE.outputs),
    }
    assert max(psi.values()) < 0.01


def test_only_the_feature_that_moved_shows_drift(metrics: Metrics):
    inputs, outputs = as_trained(500)
    inputs["numbers"][:, 0] += 30

    metrics.seen(inputs, outputs)

    psi = drift(metrics)
    assert [key for key, value in psi.items() if value > 0.2] == [("age", "input")]


def test_drift_is_over_once_it_left_the_window():
    now = [1000.0]
    metrics = Metrics(MANIFEST, PROFILE, drift_window_seconds=60, clock=lambda: now[0])
    inputs, outputs = as_trained(500)
    moved = inputs | {"numbers": inputs["numbers"] + np.float32(30)}

    metrics.seen(moved, outputs)
    metrics.flush()
    during = metrics.traffic.drift()[0]["input", "age"]
    now[0] += 61
    metrics.seen(inputs, outputs)
    metrics.flush()
    after = metrics.traffic.drift()[0]["input", "age"]

    assert during > 0.2
    assert after < 0.01


def test_a_wide_model_keeps_few_rows_waiting():
    """A row of pictures may be megabytes."""
    picture = Input("picture", "FP32", (-1, 3, 512, 512))
    manifest = changed(MANIFEST, inputs=(*MANIFEST.inputs, picture))
    metrics = Metrics(manifest, PROFILE)
    given, outputs = as_trained(1)
    given["picture"] = np.zeros((1, 3, 512, 512), np.float32)

    metrics.seen(given, outputs)

    assert metrics.traffic.inputs[0].counts[0].sum() == 1
