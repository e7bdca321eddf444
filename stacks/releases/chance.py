"""How sure a count of errors is."""

import math

SURE = 0.05
"""What is less likely than this is not put down to chance."""


def tail(errors: int, requests: int, rate: float) -> float:
    """The chance of so many errors or more, if each request fails at this rate."""
    if errors <= 0:
        return 1.0
    if rate <= 0:
        return 0.0
    if rate >= 1 or errors > requests:
        return 1.0 if errors <= requests else 0.0
    fewer = sum(_exactly(count, requests, rate) for count in range(errors))
    return max(0.0, 1 - fewer)


def _exactly(count: int, requests: int, rate: float) -> float:
    ways = math.lgamma(requests + 1) - math.lgamma(count + 1)
    ways -= math.lgamma(requests - count + 1)
    log = count * math.log(rate) + (requests - count) * math.log1p(-rate)
    return math.exp(ways + log)
