"""What traffic says of a release: beyond its limits, or worse than the old one."""

from typing import Any

from stacks.settings.watch import WatchSettings

from .chance import SURE, tail
from .traffic import Traffic

_SLOW = 0.01
"""The share of the answers that may take longer than a 99th percentile allows."""
_FLOOR_S = 0.01
"""Below this, being some times as slow as before is nothing that callers notice."""


def wrong(seen: Traffic, watch: WatchSettings) -> str | None:
    """Why what was seen of a release is beyond its limits, if it is beyond chance."""
    if seen.requests < watch.requests:
        return None
    if tail(int(seen.errors), int(seen.requests), watch.error_rate) < SURE:
        return f"{seen.error_rate:.1%} of its {seen.requests:g} answers are errors"
    if watch.p99_ms and _slow(seen, watch.p99_ms / 1000):
        return _longer(seen)
    return None


def worse(
    old: Traffic, new: Traffic, watch: WatchSettings, *, over: bool = True
) -> str | None:
    """
    Why the new release is worse than the old one, if it is beyond chance.

    Errors: more than the limit, or than the old one's where those are more, with less
    than a chance in twenty; a share that only looks high in few requests is no reason.
    How long answers take is judged when the look is `over`, and by the same chance.
    """
    known = old.requests >= watch.requests  # else its own figures say nothing
    allowed = max(watch.error_rate, old.error_rate if known else 0)
    chance = SURE if over else SURE / 500  # a look each second finds more by chance
    if new.errors and tail(int(new.errors), int(new.requests), allowed) < chance:
        return (
            f"{new.error_rate:.1%} of its {new.requests:g} answers are errors, and "
            f"{old.error_rate:.1%} of the old version's"
        )
    if not over:
        return None
    if watch.p99_ms and _slow(new, watch.p99_ms / 1000):
        return _longer(new)
    theirs = old.quantile_s(1 - _SLOW) if known else None
    if theirs is not None and _slow(new, max(_FLOOR_S, watch.slower * theirs)):
        return f"{_longer(new)}, and of the old version's {theirs * 1000:.0f} ms"
    return None


def figures(seen: Traffic) -> dict[str, Any]:
    """Traffic as evidence."""
    p99 = seen.quantile_s(1 - _SLOW)
    return {
        "requests": seen.requests,
        "error_rate": round(seen.error_rate, 5),
        "p99_ms": None if p99 is None else round(p99 * 1000, 2),
    }


def _slow(seen: Traffic, limit_s: float) -> bool:
    """Whether its 99th percentile is beyond this, and not by a few unlucky answers."""
    longer, answers = int(seen.longer_than(limit_s)), int(seen.answers)
    return tail(longer, answers, _SLOW) < SURE


def _longer(seen: Traffic) -> str:
    p99 = seen.quantile_s(1 - _SLOW) or 0
    return f"one in a hundred of its answers takes longer than {p99 * 1000:.0f} ms"
