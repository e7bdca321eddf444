"""What an update would do, from what `pulumi preview --json` says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stacks.offline.registration import ROOT_TYPE, kind_of, name_of
from stacks.rules import read_waivers
from stacks.rules.waivers import FILE
from stacks.settings.stack import StackSettings

from .digest import changes, error, last_error, states
from .findings import findings
from .notes import notes
from .properties import properties
from .record import Release, Resource, StackReview, Verb, Version
from .replaced import serves
from .side import Side

_VERBS: dict[str, Verb] = {
    "create": "add",
    "update": "change",
    "replace": "replace",
    "delete": "remove",
    "import": "add",
}
"""The steps that a person counts; the halves of a replacement are no more of them."""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def previewed(
    stack: str, told: str, said: str, settings: StackSettings, root: Path
) -> StackReview:
    """
    A review of `stack`, from the CLI's standard output and standard error.

    A preview that failed or was refused is a review too, with its sentence.
    """
    review = StackReview(
        stack=stack, tier=settings.tier, platform=settings.platform.kind
    )
    try:
        digest = json.loads(told)
        steps = digest.get("steps") or []
    except (ValueError, AttributeError):
        return review.model_copy(update={"error": last_error(said)})
    resources = tuple(_resources(steps))
    waivers = read_waivers(root / FILE)
    before, after = (
        Side.of(stack, settings, states(steps, key, ("same", *_VERBS)), waivers)
        for key in ("oldState", "newState")
    )
    update = {
        "error": error(digest.get("diagnostics") or [], root),
        "resources": resources,
        "release": _release(_version(before), _version(after)),
        "notes": notes(before.declared, after.declared, resources),
        "findings": tuple(findings(before.judged, after.judged)),
    }
    if update["error"]:
        # The rest of the program was never heard: what is missing is not removed.
        update |= {"release": None, "notes": (), "findings": ()}
    return review.model_copy(update=update)


def _resources(steps: list[Any]) -> Iterator[Resource]:
    for step in steps:
        urn, verb = step["urn"], _VERBS.get(step["op"])
        if verb is None or kind_of(urn) == ROOT_TYPE:
            continue
        type = kind_of(urn)
        yield Resource(
            verb=verb,
            type=type,
            name=name_of(urn),
            serves=serves(type),
            properties=properties(changes(step))
            if verb in ("change", "replace")
            else (),
        )


def _version(side: Side) -> Version | None:
    """What the copies say of themselves."""
    copies = side.declared.copies if side.declared else ()
    labels = [one.labels for one in copies if one.role == "model"]
    if not labels:
        return None
    name, version = (
        labels[0].get(f"slipway.{key}", "?") for key in ("model", "version")
    )
    found = _DIGEST.search(labels[0].get("slipway.image", ""))
    return Version(name=name, version=version, digest=found[0] if found else "")


def _release(before: Version | None, after: Version | None) -> Release | None:
    return None if before == after else Release(before=before, after=after)
