"""Gates on what the upstream says: verified, running, soaked."""

from stacks.releases.ledger.event import short
from stacks.settings.duration import in_words

from .outcome import Outcome, outcome, unknown
from .question import Question


def verified(question: Question) -> Outcome:
    """The last verification of the release in the upstream succeeded."""
    want = f"verified in {question.source}"
    last = question.serving
    if last is None:
        return unknown("verified", want, "never verified there")
    got = f"{last.kind} on {last.at:%Y-%m-%d %H:%M} UTC"
    return outcome("verified", last.kind == "verified", want, got, event=last.hash)


def running(question: Question) -> Outcome | None:
    """Every replica of the upstream that takes traffic runs the release."""
    if not question.target_settings.gates.running:
        return None
    want = f"running in {question.source}"
    try:
        serving = [one for one in question.replicas() if one.in_rotation]
    except Exception as error:  # whatever its platform's SDK raises
        return unknown(
            "running", want, f"{question.source} cannot be looked at: {error}"
        )
    if not serving:
        return unknown("running", want, "nothing runs there")
    others = {one.digest for one in serving} - {question.digest}
    sick = [one.name for one in serving if one.health != "healthy"]
    got = f"{len(serving)} replicas, all healthy"
    if sick:
        got = f"{sick[0]} is not healthy"
    if others:
        got = f"{short(max(others)) if max(others) else 'no known digest'} runs there"
    return outcome("running", not others and not sick, want, got)


def soak(question: Question) -> Outcome | None:
    """The upstream has run the release for so long, without a break."""
    length = question.target_settings.gates.soak
    if not length:
        return None
    want = f"{in_words(length)} in {question.source}"
    since = question.history.serving_since(question.source, question.digest)
    if since is None:
        return outcome("soak", False, want, "it is not what is verified there now")
    # A clock that runs behind the ledger's would shorten it, never lengthen it.
    soaked = question.at - since
    return outcome(
        "soak", soaked >= length, want, in_words(soaked), since=since.isoformat()
    )
