"""The lock of both doors: may this release be deployed to this stack now?"""

from dataclasses import dataclass, field
from datetime import datetime

from .ledger.event import Event, Release, now, short
from .ledger.history import History


@dataclass(frozen=True, kw_only=True)
class Request:
    """What somebody asks for when they deploy."""

    stack: str
    upstream: str | None
    release: Release
    deployment: str
    line: tuple[str, ...] = ()
    """The stack's upstream and all before it: a veto there counts here."""
    blind: str | None = None
    """Why others' orders cannot be seen now."""
    at: datetime = field(default_factory=now)


def refusal(history: History, request: Request) -> str | None:
    """Why the request is not admitted, in one sentence; None admits it."""
    rules = [_wrong_label, _failed_here]
    if not _broken_glass(history, request):
        rules += [_vetoed, _held]
        if not _stands_here(history, request):
            rules += [_not_verified_upstream, _not_admitted, _unseen]
    for rule in rules:
        if problem := rule(history, request):
            return f"{request.stack}: {problem}"
    return None


def expired(history: History, admission: Event, at: datetime) -> bool:
    """
    Whether an admission is too old to act on.

    A clock that was set back gains nothing: time is at least the newest event's.
    """
    expires = admission.evidence.get("expires")
    at = max([at, *(event.at for event in history.events[-1:])])
    return expires is not None and at > datetime.fromisoformat(str(expires))


def _broken_glass(history: History, request: Request) -> bool:
    last = history.admission(request.stack, request.release.digest or "")
    if last is None or last.kind != "break-glass":
        return False
    later = history.events[history.events.index(last) + 1 :]
    stacks = (request.stack, *request.line)
    for event in later:
        turned = event.kind in ("held", "rolled-back") and event.stack == request.stack
        vetoed = event.kind == "vetoed" and event.stack in stacks
        other = not history.same(event.release, request.release)
        if (turned and other) or (vetoed and not other):
            return False
    return not expired(history, last, request.at)


def _stands_here(history: History, request: Request) -> bool:
    """What runs here, or ran here verified, needs no gate to be deployed again."""
    digest = request.release.digest
    return digest is not None and history.stands(request.stack, digest)


def _vetoed(history: History, request: Request) -> str | None:
    veto = history.veto((request.stack, *request.line), request.release)
    if veto is None:
        return None
    return (
        f"{request.release} was vetoed in {veto.stack} by {veto.by} "
        f"{_when_and_why(veto)}; deploy another version, or lift the veto with "
        f"`python -m stacks veto {veto.stack} {veto.release.version} --lift`"
    )


def _held(history: History, request: Request) -> str | None:
    hold = history.hold(request.stack)
    if hold is None or history.same(hold.release, request.release):
        return None
    return (
        f"it is held at {hold.release} by {hold.by} {_when_and_why(hold)}, so it does "
        f"not take {request.release}; lift the hold with `python -m stacks hold "
        f"{request.stack} --lift`"
    )


def _not_admitted(history: History, request: Request) -> str | None:
    release, stack = request.release, request.stack
    if request.upstream is None:
        return None
    way = (
        f"`python -m stacks promote {release.version} --from {request.upstream} "
        f"--to {stack}`"
    )
    admission = history.admission(stack, release.digest or "")
    if admission is None:
        return f"{release} has not passed the gates of {stack}; run {way}"
    if expired(history, admission, request.at):
        return (
            f"the gates that {release} passed on {admission.at:%Y-%m-%d %H:%M} UTC "
            f"were good until {admission.evidence['expires']}; run {way} again"
        )
    return None


def _unseen(history: History, request: Request) -> str | None:
    if request.blind is None or request.upstream is None:
        return None
    return (
        f"a hold or a veto of {request.release} could not be seen ({request.blind}); "
        f"try again, or `python -m stacks break-glass {request.stack} "
        f"{request.release.version}@{request.release.digest} --reason ...`"
    )


def _wrong_label(history: History, request: Request) -> str | None:
    """First of all: the other sentences would call the digest by a wrong version."""
    release = request.release
    if request.upstream is None or release.digest is None:
        return None
    records = history.releases_of(release.digest)
    labels = [f"{known.name} {known.version}" for known in records]
    asked = f"{release.name} {release.version}"
    if not labels or asked in labels:
        return None
    return (
        f"{short(release.digest)} is {labels[-1]}, not {asked}; write the version "
        f"that belongs to this digest, or promote {asked}"
    )


def _failed_here(history: History, request: Request) -> str | None:
    last = history.last_attempt(request.stack, request.deployment)
    if last is None or last.kind != "failed":
        return None
    return (
        f"{request.release} failed verification here {_when_and_why(last)}; deploy "
        "another version, change the settings, or let it try again with "
        f"`python -m stacks retry {request.stack}`"
    )


def _not_verified_upstream(history: History, request: Request) -> str | None:
    release, upstream = request.release, request.upstream
    if upstream is None:
        return None
    if release.digest is None:
        return f"{release} names no digest; promote it from {upstream}"
    admission = history.admission(request.stack, release.digest)
    if admission and "verified" in _overrides(admission):
        return None
    last = history.last_verification(upstream, release.digest)
    if last is not None and last.kind == "verified":
        return None
    if last is None:
        found = f"has not been verified in {upstream}"
        fix = f"promote it through {upstream} first"
    else:
        found = f"failed verification in {upstream} {_when_and_why(last)}"
        fix = f"verify it in {upstream} again, or deploy another version"
    return f"{release} {found}, {_running(history, upstream, release)}; {fix}"


def _running(history: History, upstream: str, asked: Release) -> str:
    """What the reader would ask next: then what does the upstream run?"""
    current = history.current(upstream)
    if current is None:
        return "where nothing is verified yet"
    if current.digest == asked.digest:
        return "which was verified with it before"
    return f"which runs {current}"


def _when_and_why(event: Event) -> str:
    reason = event.evidence.get("reason") or "no reason was recorded"
    return f"on {event.at:%Y-%m-%d %H:%M} UTC ({reason})"


def _overrides(admission: Event) -> list[str]:
    gates = admission.evidence.get("overrides")
    return [str(one) for one in gates] if isinstance(gates, list) else []
