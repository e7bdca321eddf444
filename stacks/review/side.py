"""One side of a change as the rule book sees it: read once, and judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from stacks.rules import (
    Asked,
    Declared,
    Judged,
    Resource,
    Waiver,
    broken,
    read,
    sorted_out,
)
from stacks.settings.stack import StackSettings

_NOTHING = Judged(open=(), waived=(), expired=())


@dataclass(frozen=True, kw_only=True)
class Side:
    """What a stack declares before a change, or after it."""

    declared: Declared | None = None
    """None where there is no such stack, or nothing is known of it."""
    judged: Judged = _NOTHING

    @classmethod
    def of(
        cls,
        stack: str,
        settings: StackSettings,
        resources: Sequence[Resource],
        waivers: Sequence[Waiver],
    ) -> "Side":
        """These resources, if there are any, with today's waivers heard."""
        if not resources:
            return cls()
        asked = Asked.of(settings)
        found = read(resources, asked)
        judged = sorted_out(broken(found, asked), stack, waivers, date.today())
        return cls(declared=found, judged=judged)
