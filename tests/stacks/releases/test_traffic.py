"""Traffic as replicas count it, and when a new version is worse than the old one."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.releases.chance import tail
from stacks.releases.traffic import Traffic
from stacks.releases.verdict import worse, wrong
from stacks.settings.watch import WatchSettings

PAGE = """\
# TYPE slipway_requests counter
slipway_requests_total{route="predict",code="200"} 90.0
slipway_requests_total{route="infer",code="500"} 3.0
slipway_requests_total{route="predict",code="503"} 5.0
slipway_requests_total{route="predict",code="422"} 2.0
slipway_requests_total{route="ready",code="500"} 7.0
# TYPE slipway_request_duration_seconds histogram
slipway_request_duration_seconds_bucket{route="predict",le="0.01"} 50.0
slipway_request_duration_seconds_bucket{route="predict",le="0.1"} 100.0
slipway_request_duration_seconds_bucket{route="predict",le="+Inf"} 100.0
"""


def traffic(requests: float, errors: float = 0, p99_s: float = 0.005) -> Traffic:
    return Traffic(requests, errors, {p99_s: requests, inf: requests})


def slow(requests: float, slower: float) -> Traffic:
    """Some of them took a second, the others less than five milliseconds."""
    quick = requests - slower
    return Traffic(
        requests, 0, {0.005: quick, 0.5: quick, 1.0: requests, inf: requests}
    )


def test_predictions_are_counted_of_all_replicas_and_nothing_else_is() -> None:
    both = Traffic.read([PAGE, PAGE])

    assert both.requests == 200
    assert both.errors == 6, "a 503 says that there is too much to do, a 422 the caller"
    assert both.within == {0.01: 100, 0.1: 200, inf: 200}


def test_a_quantile_lies_within_its_bucket_as_prometheus_has_it() -> None:
    page = Traffic.read([PAGE])

    assert page.quantile_s(0.25) == pytest.approx(0.005)
    assert page.quantile_s(0.99) == pytest.approx(0.0982)
    assert Traffic().quantile_s(0.99) is None


@given(st.lists(st.integers(1, 50), min_size=3, max_size=3), st.floats(0.01, 0.99))
def test_as_many_answers_took_longer_than_a_quantile_as_it_says(
    counts: list[int], share: float
) -> None:
    quick, slow, _ = counts
    within: dict[float, float] = {0.01: quick, 0.1: quick + slow}
    within |= {1.0: sum(counts), inf: sum(counts)}
    seen = Traffic(sum(counts), 0, within)

    limit = seen.quantile_s(share)

    assert limit is not None
    assert seen.longer_than(limit) == pytest.approx((1 - share) * sum(counts))


def test_beyond_the_longest_time_told_apart_nothing_is_known_to_be_slower() -> None:
    seen = Traffic(10, 0, {1.0: 4, inf: 10})

    assert (seen.longer_than(0.5), seen.longer_than(1.0)) == (8, 0)


def test_what_came_before_a_look_is_not_counted() -> None:
    before, after = traffic(100, 1), traffic(150, 4)

    seen = after.since(before)

    assert (seen.requests, seen.errors) == (50, 3)


def test_a_replica_that_began_anew_counts_from_its_start() -> None:
    assert traffic(20, 2).since(traffic(100, 1)) == traffic(20, 2)


def test_a_version_with_errors_of_two_per_cent_is_worse() -> None:
    found = worse(traffic(9000), traffic(1000, 20), WatchSettings(error_rate=0.01))

    assert found == "2.0% of its 1000 answers are errors, and 0.0% of the old version's"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (traffic(900), traffic(100)),
        (traffic(900), traffic(50, 1)),  # 2 %, but one error in fifty is no proof
        (traffic(900), traffic(1000, 12)),
        (traffic(900, 45), traffic(100, 5)),  # as bad as the old one
        (traffic(900, p99_s=0.1), traffic(100, p99_s=0.19)),
        (traffic(900, p99_s=0.001), traffic(100, p99_s=0.009)),
        (traffic(900), slow(50, 2)),  # two slow answers of fifty are no proof
        (traffic(10), slow(50, 9)),  # and ten of the old one's are nothing to go by
        (traffic(0), traffic(100)),
    ],
)
def test_chance_alone_withdraws_no_version(old: Traffic, new: Traffic) -> None:
    assert worse(old, new, WatchSettings()) is None


def test_a_slower_version_is_worse_only_when_the_look_is_over() -> None:
    old, new = traffic(900, p99_s=0.1), traffic(100, p99_s=0.3)

    assert worse(old, new, WatchSettings(), over=False) is None
    assert "than 297 ms, and of the old version's 99 ms" in (
        worse(old, new, WatchSettings()) or ""
    )


def test_a_few_answers_in_a_hundred_that_are_slower_are_seen_in_enough_of_them() -> (
    None
):
    found = worse(traffic(900), slow(300, 9), WatchSettings())

    assert found is not None
    assert "longer than 833 ms, and of the old version's 5 ms" in found


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (traffic(200, 8), "4.0% of its 200 answers are errors"),
        (slow(200, 8), "one in a hundred of its answers takes longer than 875 ms"),
        (traffic(200, 3), None),
        (slow(200, 3), None),
        (slow(40, 40), None),  # fewer than `requests`
    ],
)
def test_a_release_is_beyond_its_limits_only_beyond_chance(
    seen: Traffic, told: str | None
) -> None:
    assert wrong(seen, WatchSettings(p99_ms=300)) == told


def test_a_limit_of_its_own_counts_whatever_the_old_version_takes() -> None:
    old, new = traffic(900, p99_s=0.5), traffic(100, p99_s=0.4)

    assert worse(old, new, WatchSettings(p99_ms=200)) is not None


@given(
    st.integers(1, 400),
    st.integers(0, 400),
    st.floats(0.0005, 0.5),
)
def test_the_chance_of_errors_is_one_and_falls_with_their_number(
    requests: int, errors: int, rate: float
) -> None:
    chance = tail(errors, requests, rate)

    assert 0 <= chance <= 1
    assert tail(errors + 1, requests, rate) <= chance + 1e-9
    if errors == 1:
        assert chance == pytest.approx(1 - (1 - rate) ** requests, abs=1e-9)
