"""What happens to the resources of a stack: the gravest first, those alike at once."""

from collections.abc import Iterator
from dataclasses import dataclass

from .record import GRAVE, VERBS, Property, Resource, StackReview, Verb

_DONE: dict[Verb, str] = {
    "replace": "replaced",
    "remove": "removed",
    "change": "changed",
    "add": "added",
}
_SIGN: dict[Verb, str] = {"replace": "±", "remove": "-", "change": "~", "add": "+"}
_NAMED = 8
_GRAVE_AT_LEAST = 5


@dataclass(frozen=True)
class Detail:
    """How much is said of what is less grave than a replacement."""

    properties: int
    """Of each resource."""
    resources: int
    """Of each verb, in each stack."""


ALL = Detail(200, 200)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Resources to which the same happens, or those that are told no further."""

    verb: Verb
    names: tuple[str, ...] = ()
    others: int = 0
    """How many more there are than are named."""
    kinds: str = ""
    lines: tuple[str, ...] = ()
    left_out: int = 0
    """How many properties more."""

    @property
    def grave(self) -> bool:
        """Whether something goes that was there."""
        return self.verb in GRAVE

    @property
    def done(self) -> str:
        """What happened, such as `replaced`."""
        return _DONE[self.verb]

    @property
    def more(self) -> str:
        """How the list of names ends."""
        return f"and {self.others} more" if self.others else ""

    @property
    def plain(self) -> str:
        """On a terminal."""
        if not self.names:
            return f"{self.more} {self.done}"
        named = " ".join(filter(None, (", ".join(self.names), self.more)))
        return f"{_SIGN[self.verb]} {named} {self.done} ({self.kinds})"


def counts(stack: StackReview) -> str:
    """How many resources are replaced, removed, changed and added."""
    found = {verb: len(stack.of(verb)) for verb in VERBS}
    return ", ".join(f"{found[verb]} {_DONE[verb]}" for verb in VERBS if found[verb])


def groups(stack: StackReview, detail: Detail = ALL) -> Iterator[Group]:
    """In as much detail as is asked for."""
    for verb in VERBS:
        alike: dict[tuple[Property, ...] | str, list[Resource]] = {}
        for one in stack.of(verb):
            # Ten resources with one new label are one thing to look at.
            alike.setdefault(one.properties or one.name, []).append(one)
        listed = list(alike.values())
        least = _GRAVE_AT_LEAST if verb in GRAVE else 0
        most = max(detail.resources, least)
        for resources in listed[:most]:
            yield _group(resources, detail.properties)
        if left := sum(len(one) for one in listed[most:]):
            yield Group(verb=verb, others=left)


def _group(resources: list[Resource], most: int) -> Group:
    first = resources[0]
    kinds = dict.fromkeys(one.type.rpartition(":")[2] for one in resources)
    return Group(
        verb=first.verb,
        names=tuple(one.name for one in resources[:_NAMED]),
        others=max(0, len(resources) - _NAMED),
        kinds=", ".join(kinds),
        lines=tuple(line for one in first.properties[:most] for line in _lines(one)),
        left_out=max(0, len(first.properties) - most),
    )


def _lines(one: Property) -> Iterator[str]:
    if one.lines is not None:
        yield f"  {one.path}:"
        yield from one.lines.splitlines()
        return
    if one.before is not None:
        yield f"- {one.path}: {one.before}"
    if one.after is not None:
        yield f"+ {one.path}: {one.after}"
