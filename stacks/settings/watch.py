"""How a release is looked at once callers reach it."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from .duration import Duration
from .section import Section


class WatchSettings(Section):
    """How a release is looked at under traffic, by what its replicas count."""

    window: Duration = timedelta(0)
    """For how long after a promotion; without traffic it says nothing."""
    error_rate: Annotated[float, Field(gt=0, le=1)] = 0.01
    """Answers that are our fault, as a share of all."""
    p99_ms: Annotated[float, Field(gt=0)] | None = None
    slower: Annotated[float, Field(gt=1)] = 2
    """canary: how many times the old version's p99 the new one's may be."""
    requests: Annotated[int, Field(ge=1)] = 50
    """Fewer in the window say nothing; a canary then waits for more."""
    patience: Duration = timedelta(minutes=15)
    """How long a canary waits for them before it is withdrawn."""
    put_back: bool = True
    """Whether what ran before is put back by itself when a release fails."""
