"""What a release is called: a version that never moves, and tags that do."""

import re
from collections.abc import Sequence

from stacks.settings.stack import StackSettings

from .ledger.event import LedgerError, Release, short
from .ledger.history import History

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:-r(\d+))?")


class NameTaken(LedgerError):
    """A version that means another image already."""


def released_as(history: History, release: Release) -> str:
    """
    The version under which a release leaves dev.

    That is the package's own. The same package built again (on a new base, with a new
    server) is its second revision, `1.4.2-r2`; another package needs a version of its
    own, because callers know the first by this one.
    """
    taken = _released(history, release.name)
    for version, known in taken.items():
        if known.digest == release.digest:
            return version
    if release.version not in taken:
        return release.version
    first = taken[release.version]
    if first.package is None or first.package != release.package:
        raise NameTaken(
            f"{release.name} {release.version} is {short(first.digest or '')} already, "
            "with another package inside; give this one a version of its own"
        )
    revision = 2
    while f"{release.version}-r{revision}" in taken:
        revision += 1
    return f"{release.version}-r{revision}"


def only(
    history: History, stacks: Sequence[str], version: str, settings: StackSettings
) -> Release:
    """
    The one image that goes by a version (or a digest) in a stack, else in the nearest
    one before it; NameTaken where it is several's, or nobody's.
    """
    name = settings.image.name if settings.image else None
    found = history.named(stacks, version, name)
    if len(found) == 1:
        return found[0]
    if not found:
        known = ", ".join(stacks)
        raise NameTaken(
            f"no {version} is known in {known}; look at python -m stacks history"
        )
    digests = " or ".join(str(one.digest) for one in found)
    raise NameTaken(f"{version} is the name of several; say which: {digests}")


def moving_tags(history: History, release: Release) -> tuple[str, ...]:
    """
    The tags that a version takes along: `1.4`, `1` and `latest`.

    Never backwards: a tag stays where a higher version has it. A version that is not
    of three numbers, such as a candidate, moves none.
    """
    mine = _order(release.version)
    if mine is None:
        return ()
    others = [
        order
        for version in _released(history, release.name)
        if (order := _order(version)) is not None
    ]
    tags = {
        f"{mine[0]}.{mine[1]}": [one for one in others if one[:2] == mine[:2]],
        f"{mine[0]}": [one for one in others if one[:1] == mine[:1]],
        "latest": others,
    }
    return tuple(tag for tag, rivals in tags.items() if mine >= max([mine, *rivals]))


def _released(history: History, name: str) -> dict[str, Release]:
    """What left dev, by version."""
    return {
        event.release.version: event.release
        for event in history.events
        if event.kind == "admitted" and event.release.name == name
    }


def _order(version: str) -> tuple[int, int, int, int] | None:
    found = _VERSION.fullmatch(version)
    if not found:
        return None
    return (int(found[1]), int(found[2]), int(found[3]), int(found[4] or 1))
