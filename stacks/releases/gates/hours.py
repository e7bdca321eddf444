"""The gate on the time of day."""

from zoneinfo import ZoneInfo

from .outcome import Outcome, outcome
from .question import Question

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def hours(question: Question) -> Outcome | None:
    """It is a time at which somebody is there to look."""
    allowed = question.target_settings.gates.hours
    if allowed is None:
        return None
    there = question.at.astimezone(ZoneInfo(allowed.zone))
    day = _DAYS[there.weekday()]
    open_now = day in allowed.days and allowed.begin <= there.time() < allowed.end
    want = (
        f"{', '.join(allowed.days)} {allowed.begin:%H:%M} to {allowed.end:%H:%M} "
        f"{allowed.zone}"
    )
    return outcome("hours", open_now, want, f"{day} {there:%H:%M %Z}")
