"""How a stack stands: what it should run, what it runs, and why the two may differ."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from stacks.observe.replica import Replica
from stacks.settings.service import ServiceSettings
from stacks.settings.stack import StackSettings

from .ledger.event import short
from .ledger.history import History


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One stack, now."""

    stack: str
    wanted: str | None
    """Version and digest that its file names; of dev, those that were last verified."""
    running: str | None
    """Version and digest of the replicas that take traffic."""
    ready: int
    replicas: int
    """How many its file asks for, at least."""
    since: str | None
    """When the running release was verified here, in UTC."""
    verified: str
    """How the running deployment was last verified."""
    held: str | None
    canary: str | None
    divergence: str | None
    """Where what runs is not what is declared; None when it is."""
    copies: tuple[Replica, ...]

    def record(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


def standing(
    stack: str,
    settings: StackSettings,
    history: History,
    replicas: list[Replica],
    canaries: list[Replica],
) -> Standing:
    """How the stack stands, from its file, the ledger and what its platform says."""
    serving = [one for one in replicas if one.in_rotation]
    hold = history.hold(stack)
    digest = serving[0].digest if serving else None
    since = history.serving_since(stack, digest) if digest else None
    last = (
        history.last_for_deployment(stack, serving[0].deployment) if serving else None
    )
    wanted = settings.image or history.current(stack)
    found = _divergences(settings, serving, canaries, wanted.digest) if wanted else ()
    return Standing(
        stack=stack,
        wanted=_label(wanted.version, wanted.digest) if wanted else None,
        running=_label(serving[0].version, digest) if serving else None,
        ready=sum(one.health == "healthy" for one in serving),
        replicas=settings.platform.replicas(settings.service.replicas)[0],
        since=f"{since:%Y-%m-%d %H:%M}" if since else None,
        verified=f"{last.kind} {last.at:%Y-%m-%d %H:%M}Z" if last else "never",
        held=f"at {hold.release.version} ({hold.evidence.get('reason')})"
        if hold
        else None,
        canary=_canary(canaries),
        divergence="; ".join(found) or None,
        copies=(*replicas, *canaries),
    )


def _divergences(
    settings: StackSettings,
    serving: list[Replica],
    canaries: list[Replica],
    wanted: str | None,
) -> Iterator[str]:
    declared = settings.platform.shown(settings.service.replicas)
    if not serving and 0 not in declared:
        yield "nothing takes traffic"
        return
    others = [one for one in serving if one.digest != wanted]
    if others:
        runs = short(others[0].digest) if others[0].digest else "no known digest"
        yield f"{others[0].name} runs {runs}"
    if len(serving) not in declared:
        yield f"{len(serving)} replicas of {_counted(declared)}"
    sharing = [one for one in canaries if one.in_rotation]
    named = {settings.canary.digest} if settings.canary else set()
    if {one.digest for one in sharing} != named:
        yield "a canary " + ("is missing" if named else "that nobody declares")
    for one in (*serving, *sharing):
        yield from _limits(one, settings.service)


def _limits(one: Replica, declared: ServiceSettings) -> Iterator[str]:
    """Where a platform does not say what it enforces, nothing is claimed of it."""
    if one.cpu is not None and round(one.cpu, 3) != round(declared.cpu, 3):
        yield f"{one.name} has {one.cpu:g} processors, declared {declared.cpu:g}"
    if one.memory_mb is not None and round(one.memory_mb) != declared.memory_mb:
        yield f"{one.name} has {one.memory_mb:g} MiB, declared {declared.memory_mb}"


def _counted(replicas: range) -> str:
    least, most = replicas[0], replicas[-1]
    return str(least) if least == most else f"{least} to {most}"


def _canary(canaries: list[Replica]) -> str | None:
    for one in canaries:
        if one.in_rotation:
            return f"{one.version} has {one.weight} %"
    return None


def _label(version: str, digest: str | None) -> str:
    return f"{version} {(digest or '').removeprefix('sha256:')[:12]}".strip()
