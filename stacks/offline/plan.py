"""What has to happen to a resource: rules without side effects."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

from .diff import Change, differences, top
from .errors import OfflineError
from .registration import Registration
from .state import Resource, in_order


class Rules(Protocol):
    """How Docker's provider treats the properties of one type."""

    in_place: ClassVar[Collection[str]]
    """The properties that are updated in place; a change of another one replaces."""
    delete_first: ClassVar[bool]
    """Whether a replacement deletes first, unless the program says otherwise."""

    def comparable(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """The inputs without what makes no difference."""
        ...


@dataclass(frozen=True)
class Plan:
    """One decision; a replacement deletes the old resource first or at the end."""

    op: Literal["same", "create", "update", "replace"]
    diff: Mapping[str, Change]
    reasons: list[str]
    delete_first: bool = False


def decide(old: Resource | None, new: Registration, rules: Rules) -> Plan:
    """What turns `old` into `new`, whose secrets are sealed as those of `old` are."""
    if old is None:
        return Plan("create", {}, [])
    ignored = set(new.ignore_changes)
    diff = {
        path: change
        for path, change in differences(
            rules.comparable(old.inputs), rules.comparable(new.inputs)
        ).items()
        if not ignored & {"*", top(path)}
    }
    changed = sorted({top(path) for path in diff})
    forced = [name for name in changed if replaces(name, new.replace_on_changes, rules)]
    if not forced and not old.replacing:
        return Plan("update" if diff else "same", diff, [])
    if old.protect and new.protect and not old.replacing:
        raise OfflineError(
            f"{new.urn} is protected and would be replaced ({', '.join(forced)}); "
            "remove its protect option first"
        )
    return Plan("replace", diff, forced, _deletes_first(old, new, rules))


def replaces(name: str, on_changes: Collection[str], rules: Rules) -> bool:
    """Whether a change of the property `name` needs a new resource."""
    selected = {top(path) for path in on_changes}
    return name not in rules.in_place or bool(selected & {"*", name})


def _deletes_first(old: Resource, new: Registration, rules: Rules) -> bool:
    if new.delete_before_replace is not None:
        return new.delete_before_replace
    # A name that the program chose cannot be had twice.
    chosen = "name" in new.inputs and not old.named
    return rules.delete_first or chosen


def dependents(
    root: Resource,
    resources: list[Resource],
    seen: Collection[str],
    rules_of: Callable[[str], Rules],
) -> list[Resource]:
    """
    What must go before `root` is deleted first, each after what it depends on.

    That is every resource with a property that comes from one of them and that cannot
    change in place. What this run has `seen` cannot depend on what comes after it.
    """
    going = {root.urn}
    found = []
    for resource in in_order(resources):
        if resource.urn in seen or resource.urn in going or not resource.custom:
            continue
        affected = any(
            going & set(urns)
            and replaces(name, resource.replace_on_changes, rules_of(resource.type))
            for name, urns in resource.property_dependencies.items()
        )
        if affected or resource.provider.rpartition("::")[0] in going:
            going.add(resource.urn)
            found.append(resource)
    return found
