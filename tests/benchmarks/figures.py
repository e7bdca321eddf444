"""Medians and spreads of all rounds, for each server and model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from .records import Records
from .servers import CEILING
from .visit import CAPACITY_AT, Visit


@dataclass(frozen=True)
class Spread:
    """Some rounds' values of one thing."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """What the value is taken to be."""
        return median(self.values)

    @property
    def low(self) -> float:
        """The least of them."""
        return min(self.values)

    @property
    def high(self) -> float:
        """The greatest of them."""
        return max(self.values)

    @property
    def noise(self) -> float:
        """Greatest less least, as a share of the median."""
        return (self.high - self.low) / self.median if self.median else 0.0


@dataclass(frozen=True)
class Figures:
    """All that was measured, each thing as the spread of its rounds."""

    visits: Sequence[Visit]
    sessions: dict[str, Spread]

    def visited(self, server: str, model: str) -> list[Visit]:
        """The rounds of one server."""
        return [v for v in self.visits if (v.server, v.model) == (server, model)]

    def has(self, server: str, model: str) -> bool:
        """Whether there is any."""
        return bool(self.visited(server, model))

    def of(self, server: str, model: str, value: Callable[[Visit], float]) -> Spread:
        """One value of every round."""
        return Spread(tuple(value(visit) for visit in self.visited(server, model)))

    def rate(self, server: str, model: str, connections: int = CAPACITY_AT) -> Spread:
        """Good answers a second."""
        return self.of(server, model, lambda visit: visit.loads[connections].rate)

    def added_microseconds(self, server: str, model: str) -> float:
        """
        What a request costs its processor beyond `session.run`.

        Counted in the processor's time, which others on the machine do not lengthen.
        """
        each = self.of(
            server,
            model,
            lambda visit: visit.loads[CAPACITY_AT].processor_microseconds,
        )
        return each.median - self.sessions[model].median

    def share_of_ceiling(self, server: str, model: str) -> Spread:
        """Its rate over the ceiling's of the same round."""
        ceiling = {
            visit.round: visit.loads[CAPACITY_AT].rate
            for visit in self.visited(CEILING, model)
        }
        return Spread(
            tuple(
                visit.loads[CAPACITY_AT].rate / ceiling[visit.round]
                for visit in self.visited(server, model)
                if visit.round in ceiling
            )
        )


def figures(records: Records) -> Figures:
    """What the records say."""
    models = {session.model for session in records.sessions}
    sessions = {
        model: Spread(
            tuple(one.microseconds for one in records.sessions if one.model == model)
        )
        for model in models
    }
    return Figures(records.visits, sessions)
