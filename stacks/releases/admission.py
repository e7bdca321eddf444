"""The lock of both doors: may this release be deployed to this stack now?"""

from dataclasses import dataclass

from .event import Event, Release, short
from .history import History


@dataclass(frozen=True, kw_only=True)
class Request:
    """What somebody asks for when they deploy."""

    stack: str
    upstream: str | None
    release: Release
    deployment: str


def refusal(history: History, request: Request) -> str | None:
    """Why the request is not admitted, in one sentence; None admits it."""
    rules = (_wrong_label, _failed_here, _not_verified_upstream)
    for rule in rules:
        if problem := rule(history, request):
            return f"{request.stack}: {problem}"
    return None


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
