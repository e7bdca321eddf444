"""A length of time as people write it: 90s, 30m, 24h, 7d."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _parsed(value: Any) -> Any:
    if isinstance(value, str):
        found = re.fullmatch(r"(\d{1,6})([smhd])", value)
        if not found:
            raise ValueError("a length of time is a number and s, m, h or d, as in 24h")
        return timedelta(**{_UNITS[found[2]]: int(found[1])})
    if value == 0 and not isinstance(value, bool):
        return timedelta(0)
    if isinstance(value, timedelta):
        return value
    raise ValueError("a length of time is a number and s, m, h or d, as in 24h")


def in_words(length: timedelta) -> str:
    """The two largest units of it, as in `26h 12m`."""
    seconds = max(0, int(length.total_seconds()))
    parts = []
    for unit, size in (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts[:2]) or "0s"


Duration = Annotated[
    timedelta,
    BeforeValidator(_parsed),
    Field(ge=timedelta(0)),
    PlainSerializer(lambda value: f"{int(value.total_seconds())}s", return_type=str),
]
