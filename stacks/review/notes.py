"""What a reviewer must not overlook: limits, alerts, permissions, exposure, secrets."""

import re
from collections.abc import Iterable, Iterator

from stacks.rules import Declared
from stacks.rules.declared import Copy

from .record import GRAVE, Note, Resource

_PERMISSIONS = re.compile(
    r":(iam/|Iam|authorization[:/]|rbac\.)|IAM|RoleAssignment|RepositoryPolicy"
)
_DONE = {"add": "is new", "remove": "is removed", "change": "changes"}


def notes(
    before: Declared | None, after: Declared | None, resources: Iterable[Resource]
) -> tuple[Note, ...]:
    """The notes on one stack, the gravest first."""
    return tuple(
        [
            *_serving(resources),
            *(_exposure(before, after) if after else ()),
            *(_alerts(before, after) if before and after else ()),
            *(_limits(before, after) if before and after else ()),
            *(_secrets(before, after) if before and after else ()),
            *_permissions(resources),
        ]
    )


def _serving(resources: Iterable[Resource]) -> Iterator[Note]:
    for one in resources:
        if one.serves and one.verb in GRAVE:
            what = "replaced" if one.verb == "replace" else "removed"
            yield Note(
                subject="serving", sentence=f"{one.name}, which serves, is {what}"
            )


def _exposure(before: Declared | None, after: Declared) -> Iterator[Note]:
    for name in sorted({*after.exposed} - {*(before.exposed if before else ())}):
        yield Note(subject="exposure", sentence=f"{name} lets the internet in")


def _alerts(before: Declared, after: Declared) -> Iterator[Note]:
    had, has = before.alerts or frozenset(), after.alerts or frozenset()
    if lost := sorted(had - has):
        sentence = f"nobody is told of {', '.join(lost)} any more"
        yield Note(subject="alerts", sentence=sentence)
    if new := sorted(has - had):
        yield Note(subject="alerts", sentence=f"new: {', '.join(new)}")


def _limits(before: Declared, after: Declared) -> Iterator[Note]:
    old, new = _by_role(before), _by_role(after)
    for role in sorted(old.keys() & new.keys()):
        if old[role].memory_mb != new[role].memory_mb:
            told = (
                f"{_number(old[role].memory_mb)} to {_number(new[role].memory_mb)} MiB"
            )
            yield Note(subject="limits", sentence=f"memory of each {role}: {told}")
        if old[role].cpu != new[role].cpu:
            told = f"{_number(old[role].cpu)} to {_number(new[role].cpu)} processors"
            yield Note(subject="limits", sentence=f"each {role}: {told}")
    if before.replicas != after.replicas and before.replicas and after.replicas:
        told = f"{before.replicas} to {after.replicas}"
        yield Note(subject="limits", sentence=f"copies: {told}")


def _secrets(before: Declared, after: Declared) -> Iterator[Note]:
    had = frozenset[str]().union(*(one.secrets for one in before.copies))
    has = frozenset[str]().union(*(one.secrets for one in after.copies))
    for what, names in (("read now", has - had), ("no longer read", had - has)):
        if names:
            sentence = f"{', '.join(sorted(names))} {what}"
            yield Note(subject="secrets", sentence=sentence)


def _permissions(resources: Iterable[Resource]) -> Iterator[Note]:
    for one in resources:
        if _PERMISSIONS.search(one.type):
            kind = one.type.rpartition(":")[2]
            done = _DONE.get(one.verb, "is replaced")
            yield Note(subject="permissions", sentence=f"{kind} {one.name} {done}")


def _by_role(declared: Declared) -> dict[str, Copy]:
    """One copy for all of its role; they are alike."""
    return {one.role: one for one in reversed(declared.copies)}


def _number(value: float | None) -> str:
    return "no limit" if not value else f"{value:g}"
