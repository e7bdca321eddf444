"""One change of a schema, as its callers feel it."""

from dataclasses import dataclass
from typing import Literal

Weight = Literal["major", "minor", "patch"]


@dataclass(frozen=True)
class Change:
    """A sentence about what is different, and how much that weighs for callers."""

    sentence: str
    weight: Weight
    """major: breaking; minor: more is taken or given; patch: nobody has to know."""

    @property
    def breaking(self) -> bool:
        """Whether a caller of the old version may fail with the new one."""
        return self.weight == "major"
