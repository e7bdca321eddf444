"""Set times as cron has them, for those who write them otherwise."""

_MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def five_fields(schedule: str) -> str:
    """`@daily` and its like spelt out; ValueError where nobody knows it."""
    if not schedule.startswith("@"):
        return schedule
    if schedule not in _MACROS:
        known = ", ".join(_MACROS)
        raise ValueError(
            f"schedule is {schedule!r}; use one of {known}, or five fields"
        )
    return _MACROS[schedule]


def aws_cron(schedule: str) -> str:
    """
    The same for EventBridge, which names weekdays, has a year, and wants one of the
    two fields of days to be `?`; ValueError where both say something.
    """
    minute, hour, day, month, weekday = five_fields(schedule).split()
    if weekday in ("*", "?"):
        weekday = "?"
    elif day in ("*", "?"):
        day, weekday = "?", _named(weekday)
    else:
        raise ValueError(
            f"schedule is {schedule!r}, and AWS takes a day of the month or of the "
            "week, not both"
        )
    return f"cron({minute} {hour} {day} {month} {weekday} *)"


def _named(weekday: str) -> str:
    """Cron counts from Sunday as 0 and AWS from 1, so days go by their names."""
    head, slash, step = weekday.partition("/")
    parts = [
        "-".join(_DAYS[int(end)] if end.isdecimal() else end for end in part.split("-"))
        for part in head.split(",")
    ]
    return ",".join(parts) + slash + step
