"""
What stands between a release and a stack.

Each gate answers with evidence; one that the target's settings do not ask for answers
nothing. They are asked by `promote`, and the lock asks whether they were.
"""

from collections.abc import Callable, Iterable

from .alerts import alerts
from .approvals import approvals
from .hours import hours
from .model import platforms, quality, schema
from .orders import held, untried, vetoed
from .outcome import Outcome
from .question import Question
from .scan import scan
from .upstream import running, soak, verified

__all__ = ["Outcome", "Question", "judge"]

_GATES: tuple[Callable[[Question], Outcome | Iterable[Outcome] | None], ...] = (
    verified,
    running,
    soak,
    held,
    vetoed,
    untried,
    hours,
    platforms,
    schema,
    quality,
    scan,
    alerts,
    approvals,
)


def judge(question: Question) -> list[Outcome]:
    """The answer of every gate that the target asks for, in order."""
    outcomes: list[Outcome] = []
    for gate in _GATES:
        answer = gate(question)
        if isinstance(answer, Outcome):
            outcomes.append(answer)
        else:
            outcomes.extend(answer or ())
    return outcomes
