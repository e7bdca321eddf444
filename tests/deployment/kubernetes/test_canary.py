"""A share of the requests first, by a share of the pods."""

import pytest

from stacks.releases.canary import Canary
from stacks.releases.delivery import PutBack
from tests.deployment.kubernetes.applied import Applied
from tests.deployment.kubernetes.callers import assert_nothing_lost, callers
from tests.deployment.kubernetes.conftest import (
    Stack,
    address,
    example,
    pods,
    running,
)
from tests.deployment.watching import until
from tests.estate import Estate

pytestmark = [pytest.mark.docker, pytest.mark.cluster]


@pytest.fixture(scope="module")
def prod(stack: Stack, wine: dict[str, str]) -> Applied:
    """Two pods of 1.0.0, whose successors are looked at for a while."""
    return running(
        stack,
        "canary",
        wine["1.0.0"],
        service={"replicas": 2},
        watch={"window": "3s", "requests": 50, "patience": "20s", "slower": 20},
    )


def test_a_canary_as_good_takes_its_share_and_then_all(
    prod: Applied, estate: Estate, wine: dict[str, str]
) -> None:
    new = prod.admit("1.1.0", wine["1.1.0"])
    delivery = prod.delivery()

    with callers(address(prod), example(estate), rate=100) as outcome:
        Canary(delivery=delivery, release=new, weight=33).run()
        (share,) = delivery.observer.canaries()
        delivery.deliver(new)

    assert share.weight == 33
    assert share.digest == wine["1.1.0"]
    until(lambda: pods(prod, "canary") == [], "the canary's end")
    assert {one.digest for one in delivery.serving()} == {wine["1.1.0"]}
    assert_nothing_lost(outcome)


def test_a_canary_that_nobody_asks_is_withdrawn(
    prod: Applied, wine: dict[str, str]
) -> None:
    (before,) = {one.digest for one in prod.serving()}
    other = "1.0.0" if before == wine["1.1.0"] else "1.1.0"
    new = prod.admit(other, wine[other])

    with pytest.raises(PutBack, match="only 0 requests reached it"):
        Canary(delivery=prod.delivery(), release=new, weight=33).run()

    until(lambda: pods(prod, "canary") == [], "the canary's end")
    assert {one.digest for one in prod.serving()} == {before}
