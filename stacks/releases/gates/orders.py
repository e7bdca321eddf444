"""Gates on what is known of the target: holds, vetoes, and failures there."""

from stacks.releases.deployment import deployment_id

from .outcome import Outcome, outcome, unknown
from .question import Question


def held(question: Question) -> Outcome:
    """The target is not held at another release."""
    want = f"{question.target} is not held"
    hold = question.history.hold(question.target)
    if hold is None or question.history.same(hold.release, question.release):
        return _none("hold", want, question)
    got = f"held at {hold.release} by {hold.by} ({hold.evidence.get('reason')})"
    return outcome("hold", False, want, got, event=hold.hash)


def vetoed(question: Question) -> Outcome:
    """Nobody vetoed the release in the target, or anywhere before it."""
    veto = question.history.veto((question.target, *question.line), question.release)
    if veto is None:
        return _none("veto", "not vetoed", question)
    got = f"vetoed in {veto.stack} by {veto.by} ({veto.evidence.get('reason')})"
    return outcome("veto", False, "not vetoed", got, event=veto.hash)


def _none(gate: str, want: str, question: Question) -> Outcome:
    """No order that this clone knows of, which is all only if it sees everything."""
    if question.blind:
        return unknown(gate, want, f"others' are not seen: {question.blind}")
    return outcome(gate, True, want, f"no {gate}")


def untried(question: Question) -> Outcome:
    """The release did not fail in the target, with these settings, unless a person
    lets it try again."""
    want = f"has not failed in {question.target}"
    id = deployment_id(question.release, question.target_settings)
    last = question.history.last_attempt(question.target, id)
    if last is None or last.kind != "failed":
        return outcome("untried", True, want, "no failure")
    got = (
        f"failed on {last.at:%Y-%m-%d %H:%M} UTC ({last.evidence.get('reason')}); "
        f"`python -m stacks retry {question.target}` lets it try again"
    )
    return outcome("untried", False, want, got, event=last.hash)
