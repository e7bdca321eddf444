"""All that one run found."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.figures import Spread

from .container import Start
from .delivery import Delivery
from .layers import Layer, total


@dataclass(frozen=True)
class Outcome:
    """What was found of one contestant."""

    title: str
    layers: Sequence[Layer]
    warm: Delivery
    """A new model on the builder that built the last one."""
    cold: Delivery
    """A new model on a builder with nothing."""
    starts: Sequence[Start]
    changes: Sequence[str]

    @property
    def own(self) -> Layer:
        """Dependencies and code."""
        return total(self.layers, "dependencies", "code")

    @property
    def seconds(self) -> Spread:
        """From start to ready."""
        return Spread(tuple(one.seconds for one in self.starts))

    @property
    def megabytes(self) -> Spread:
        """Memory after one answer."""
        return Spread(tuple(one.megabytes for one in self.starts))
