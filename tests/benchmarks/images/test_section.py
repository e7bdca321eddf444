"""The section says what was measured, and whether it is what was aimed at."""

from tests.benchmarks.images.container import Start
from tests.benchmarks.images.delivery import Delivery
from tests.benchmarks.images.layers import Layer
from tests.benchmarks.images.outcome import Outcome
from tests.benchmarks.images.section import section

MODEL = 40_000_000


def _outcome(title: str, dependencies: int, pushed: int, *changes: str) -> Outcome:
    found = [
        Layer("base", 10_000_000, 20_000_000),
        Layer("dependencies", dependencies, 3 * dependencies),
        Layer("code", 500_000, 1_000_000),
        Layer("model", MODEL, MODEL + 1),
    ]
    warm = Delivery(4.25, pushed, 2_000, 0, MODEL)
    cold = Delivery(90.0, pushed + 1_000, 60_000_000, 7_000_000, MODEL)
    starts = [Start(seconds, 70.0) for seconds in (0.5, 0.9, 0.6)]
    return Outcome(title, found, warm, cold, starts, changes)


TEXT = section(
    [
        _outcome("Slipway", 49_500_000, MODEL + 15_000),
        _outcome("MLflow", 399_500_000, 300_000_000, "FROM is another"),
        _outcome("BentoML", 199_500_000, 200_000_000),
    ],
    "the model is `net`",
    "on a day",
    "BentoML 1",
)


def test_dependencies_and_code_are_compared_with_the_smallest_peer():
    assert "0.25 of BentoML's, the smallest peer, compressed" in TEXT


def test_what_is_pushed_beyond_the_model_is_told_for_both_builders():
    assert "15.0 kB on a warm builder, 16.0 kB on one with nothing" in TEXT


def test_a_row_of_layers_is_in_order_and_ends_with_all():
    assert (
        "| Slipway | 10.0 (20.0) | 49.5 (148.5) | 0.50 (1.0) | 40.0 (40.0) "
        "| 100.0 (209.5) |" in TEXT
    )


def test_what_moved_is_told_for_each_builder():
    assert "| Slipway | warm | 4.2 | 40.0 | 0.00 | 0.00 |" in TEXT
    assert "| Slipway | with nothing | 90.0 | 40.0 | 60.0 | 7.0 |" in TEXT


def test_start_and_memory_are_medians_with_their_spread():
    assert "| Slipway | 0.60 (0.50 to 0.90) | 70 (70 to 70) |" in TEXT


def test_only_whose_dockerfile_was_changed_is_named_there():
    changes = TEXT.partition("What was changed")[2]

    assert "- MLflow: FROM is another." in changes
    assert "Slipway" not in changes
