"""Counting by size."""

import numpy as np
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client import Histogram as LibraryHistogram

from model_image.server.telemetry.histogram import (
    SECONDS,
    SHOWN_SECONDS,
    Histogram,
    quantile,
)


def test_it_counts_as_the_library_does():
    ours = Histogram(SECONDS)
    registry = CollectorRegistry()
    theirs = LibraryHistogram("one", "", buckets=SHOWN_SECONDS, registry=registry)
    times = [*np.random.default_rng(0).lognormal(-6, 3, 1000), *SHOWN_SECONDS, 0, 99]

    for seconds in times:
        ours.observe(seconds)
        theirs.observe(seconds)

    (metric,) = theirs.collect()
    buckets = [one.value for one in metric.samples if one.name == "one_bucket"]
    (total,) = [one.value for one in metric.samples if one.name == "one_sum"]
    assert ours.below(SHOWN_SECONDS) == buckets
    assert ours.sum == pytest.approx(total)


def test_every_bucket_shown_is_one_that_is_counted():
    assert set(SHOWN_SECONDS) <= set(SECONDS)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_a_quantile_is_off_by_a_tenth_at_most(share: float):
    times = np.random.default_rng(1).lognormal(-6, 1, 20_000)
    counted = Histogram(SECONDS)

    for seconds in times:
        counted.observe(seconds)

    found = quantile(SECONDS, counted.counts, share)
    assert found == pytest.approx(np.quantile(times, share), rel=0.1)


def test_nothing_counted_has_no_quantile():
    assert quantile(SECONDS, Histogram(SECONDS).counts, 0.99) is None


def test_a_quantile_beyond_all_bounds_is_the_last_bound():
    counted = Histogram(SECONDS)

    counted.observe(1000)

    assert quantile(SECONDS, counted.counts, 0.99) == SECONDS[-1]
