"""One stack at two revisions: what the change between them does to it."""

from collections.abc import Iterator
from dataclasses import replace

from stacks.offline import Comparison, Declaration, compare
from stacks.offline.registration import ROOT_TYPE, Registration, kind_of, name_of
from stacks.rules import read_waivers
from stacks.rules.waivers import FILE
from stacks.settings.mistakes import SettingsError

from . import record
from .declared import Declared
from .findings import findings
from .keyed import keyed, readable
from .notes import notes
from .properties import properties
from .record import Resource, StackReview, Verb
from .release import Releases
from .replaced import is_replaced, serves
from .sentence import sentence
from .side import Side

_NOTHING = Declaration()
# Aliases and orders that no reviewer asks for, and that follow from something else.
_UNSAID = ("options.aliases", "options.dependencies", "options.property_dependencies")


def compared(
    stack: str, before: Declared | None, after: Declared | None, releases: Releases
) -> StackReview:
    """What becomes of `stack`; None where a revision has no such stack."""
    known = after or before
    assert known is not None
    settings = known.settings
    told = StackReview(
        stack=stack,
        tier=settings.tier if settings else "",
        platform=_platform(before, after),
        attempts=after.attempts if after else (),
    )
    if after and after.declaration is None:
        return told.model_copy(update={"error": after.error})
    try:
        was, will = _side(stack, before), _side(stack, after)
    except SettingsError as error:  # of the waivers' file
        why = sentence(str(error), str(known.root))
        return told.model_copy(update={"error": why})
    old, new = _declaration(before), _declaration(after)
    resources = tuple(_resources(compare(_keyed(old), _keyed(new))))
    update = {
        "resources": resources,
        "release": releases.change(before, after),
        "notes": notes(was.declared, will.declared, resources),
        "findings": tuple(findings(was.judged, will.judged)),
    }
    if before and before.declaration is None:
        why = f"what it was cannot be told ({before.error}); all counts as new"
        first = record.Note(subject="before", sentence=why)
        update["notes"] = (first, *notes(None, will.declared, ()))
    return told.model_copy(update=update)


def _resources(found: Comparison) -> Iterator[Resource]:
    for urn, changes in found.changed.items():
        kept = {
            readable(path.removeprefix("options.")): change
            for path, change in changes.items()
            if not path.startswith(_UNSAID)
        }
        if not kept or kind_of(urn) == ROOT_TYPE:
            continue
        type, name = kind_of(urn), name_of(urn)
        yield Resource(
            verb="replace" if is_replaced(type, kept) else "change",
            type=type,
            name=name,
            serves=serves(type),
            properties=properties(kept),
        )
    yield from _whole("remove", found.removed)
    yield from _whole("add", found.added)


def _whole(verb: Verb, listed: list[Registration]) -> Iterator[Resource]:
    for one in listed:
        if one.type != ROOT_TYPE:
            own = serves(one.type)
            yield Resource(verb=verb, type=one.type, name=one.name, serves=own)


def _side(stack: str, of: Declared | None) -> Side:
    if of is None or of.settings is None or of.declaration is None:
        return Side()
    waivers = read_waivers(of.root / FILE)
    return Side.of(stack, of.settings, of.declaration.resources, waivers)


def _keyed(declaration: Declaration) -> Declaration:
    found = [replace(one, inputs=keyed(one.inputs)) for one in declaration.resources]
    return Declaration(found, declaration.outputs)


def _declaration(side: Declared | None) -> Declaration:
    return (side and side.declaration) or _NOTHING


def _platform(before: Declared | None, after: Declared | None) -> str:
    kinds = [
        side.settings.platform.kind
        for side in (before, after)
        if side is not None and side.settings is not None
    ]
    return " → ".join(dict.fromkeys(kinds))
