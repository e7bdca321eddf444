"""Deletes all that a stack has."""

from collections.abc import Iterable

from .docker import VOLUME
from .errors import OfflineError
from .state import Resource, State, in_order
from .steps import Steps


def refuse_protected(resources: Iterable[Resource]) -> None:
    """Stop before anything goes, when one of them may not."""
    if protected := next((each for each in resources if each.protect), None):
        raise OfflineError(
            f"{protected.urn} is protected and would be deleted; take away its "
            "protect option and run up first"
        )


def delete_all(state: State, steps: Steps, *, remove_data: bool) -> None:
    """Dependents first; what stays are volumes and what they need, if data is kept."""
    refuse_protected(state.resources)
    hooked = [
        r for r in state.resources if r.hooks.keys() & {"before_delete", "after_delete"}
    ]
    if hooked:
        raise OfflineError(
            f"{hooked[0].name} has delete hooks, which need the program; take it out "
            "of there and run up"
        )
    kept: set[str] = set()
    for resource in reversed(in_order(state.resources)):
        data = resource.type == VOLUME
        if resource.urn in kept or (data and not remove_data):
            kept |= {resource.urn, *resource.needs()}
        elif resource.replacing:
            state.forget(resource)
        else:
            steps.delete(resource, keep=resource.retain_on_delete and not data)
    if not state.resources:
        state.remove()
