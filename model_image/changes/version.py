"""The version that a change asks for: semantic versions of models."""

from typing import Literal

from model_image.errors import PackError
from model_image.server.manifest import Manifest

from .schema import changes

Step = Literal["major", "minor", "patch", "none"]
Taken = Literal["major", "minor", "patch", "none", "back"]


def step(old: Manifest, new: Manifest) -> Step:
    """
    The step of the version that the changes ask for.

    major: something is breaking; minor: more is taken or given; patch: the schema is
    the same and something else is not, be it the model alone; none: the same identity.
    Below 1.0.0 a breaking change asks for a minor step, as semantic versioning says.
    """
    if old.identity == new.identity:
        return "none"
    weights = {change.weight for change in changes(old, new)}
    if "major" in weights:
        return "major" if _numbers(old.version)[0] else "minor"
    return "minor" if "minor" in weights else "patch"


def taken(old: Manifest, new: Manifest) -> Taken:
    """The step from one version to the other, as their owner chose it."""
    before, after = _numbers(old.version), _numbers(new.version)
    if before >= after:
        return "none" if before == after else "back"
    steps: tuple[Taken, ...] = ("major", "minor", "patch")
    return next(name for name, a, b in zip(steps, before, after, strict=True) if a != b)


def asked_version(old: Manifest, new: Manifest) -> str:
    """The lowest version that may follow the old one with these changes."""
    major, minor, patch = _numbers(old.version)
    match step(old, new):
        case "major":
            return f"{major + 1}.0.0"
        case "minor":
            return f"{major}.{minor + 1}.0"
        case "patch":
            return f"{major}.{minor}.{patch + 1}"
        case "none":
            return old.version


def is_bold_enough(old: Manifest, new: Manifest) -> bool:
    """Whether every breaking change comes with the step that it asks for."""
    breaking = any(change.breaking for change in changes(old, new))
    asked = asked_version(old, new)
    return not breaking or _numbers(new.version) >= _numbers(asked)


def check_version(old: Manifest, new: Manifest) -> None:
    """
    Raise PackError where a breaking change hides behind too small a step.

    Additions and retrained models may take whatever version their owner likes.
    """
    if is_bold_enough(old, new):
        return
    first, *others = (one for one in changes(old, new) if one.breaking)
    more = f" (and {len(others)} more)" if others else ""
    raise PackError(
        f"{new.name} {new.version} breaks callers of {old.version}: "
        f"{first.sentence}{more}; that asks for {asked_version(old, new)}"
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
