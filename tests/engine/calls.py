"""Calls of providers and hooks, each in a word, and what has to come before what."""

from collections.abc import Iterator
from typing import Any

from pulumi.runtime.proto import resource_pb2

from .recording import Recording


def hook_call(name: str, asked: resource_pb2.ResourceHookRequest) -> str:
    """A call of the hook `name`: for which resource, and what it is told."""
    told = sorted(
        field.name for field, _ in asked.ListFields() if field.name.endswith("puts")
    )
    return f"hook {asked.urn} {name} {asked.id} {' '.join(told)}"


def hook_answer(answer: bytes) -> str:
    """How the hook ended."""
    error = resource_pb2.ResourceHookResponse.FromString(answer).error
    return ": refused" if error else ": passed"


def made(run: Recording) -> list[str]:
    """The calls of a run without their moments, in an order that means nothing."""
    return sorted(_call(each) for each in run.calls if each.startswith("end "))


def out_of_order(before: Recording, run: Recording) -> list[str]:
    """
    What `run`, which began with the state of `before`, did too early.

    A resource is made when all that it needs is made and every hook of that has
    passed; what it takes the place of goes after everything new is proven, or first
    where the program asks for that; and what needs a resource goes before it.
    """
    begun = {_call(c): at for at, c in enumerate(run.calls) if c.startswith("begin")}
    ended = {_call(c): at for at, c in enumerate(run.calls) if c.startswith("end")}
    return [
        f"{later} began before the end of {earlier}"
        for earlier, later in _rules(before, run)
        if ended[earlier] > begun[later]
    ]


def _call(moment: str) -> str:
    return moment.split(" ", 1)[1].removesuffix(": passed").removesuffix(": refused")


def _rules(before: Recording, run: Recording) -> Iterator[tuple[str, str]]:
    """Pairs of calls that this run made, the earlier one first."""
    asked = run.registrations
    olds = {each["urn"]: each for each in before.state}
    calls = made(run)
    for later in calls:
        kind, urn = later.split(" ")[:2]
        for earlier in calls:
            was, of = earlier.split(" ")[:2]
            if earlier == later:
                continue
            if kind == "delete" and was == "delete":
                if urn in _needs(olds, of):
                    yield earlier, later
            elif kind == "delete":
                if not asked[of].get("deleteBeforeReplace") or of != urn:
                    yield earlier, later
            elif was == "delete":
                if of == urn and asked[urn].get("deleteBeforeReplace"):
                    yield earlier, later
            elif of in _needs(asked, urn) or (of == urn and kind == "hook"):
                yield earlier, later


def _needs(resources: dict[str, dict[str, Any]], urn: str) -> set[str]:
    """All that `urn` needs, and what that needs."""
    found: set[str] = set()
    waiting = [urn]
    while waiting:
        resource = resources.get(waiting.pop(), {})
        direct = {*resource.get("dependencies", []), resource.get("parent", "")}
        waiting += direct - found
        found |= direct
    return found - {"", urn}
