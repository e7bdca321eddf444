"""Gates on what people ordered: holds and vetoes."""

from .outcome import Outcome, outcome
from .question import Question


def held(question: Question) -> Outcome:
    """The target is not held at another release."""
    hold = question.history.hold(question.target)
    if hold is None or question.history.same(hold.release, question.release):
        return outcome("hold", True, f"{question.target} is not held", "no hold")
    got = f"held at {hold.release} by {hold.by} ({hold.evidence.get('reason')})"
    return outcome(
        "hold", False, f"{question.target} is not held", got, event=hold.hash
    )


def vetoed(question: Question) -> Outcome:
    """Nobody vetoed the release in the target, or anywhere before it."""
    veto = question.history.veto((question.target, *question.line), question.release)
    if veto is None:
        return outcome("veto", True, "not vetoed", "no veto")
    got = f"vetoed in {veto.stack} by {veto.by} ({veto.evidence.get('reason')})"
    return outcome("veto", False, "not vetoed", got, event=veto.hash)
