"""Which version of a model takes the place of which, and what that means to callers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model_image.changes import asked_version, changes, is_bold_enough, step
from model_image.errors import PackError
from model_image.evidence import Evidence, read_evidence
from model_image.package import ModelPackage
from model_image.server.manifest import ManifestError
from model_image.storage.clone import folder_in
from stacks.releases.ledger.history import History
from stacks.settings.stack import StackSettings

from .declared import Declared
from .record import Figure, Release, Version

if TYPE_CHECKING:
    from model_image.comparison import Comparison
    from model_image.disagreement import Disagreement, OutputGap

_WEIGHTS = {"major": "breaking", "minor": "addition", "patch": "harmless"}


@dataclass(frozen=True)
class Releases:
    """Tells of versions by their packages where those are here, else by the ledger."""

    history: Callable[[], History]
    """Asked only where an image changes."""
    say: Callable[[str], None]
    answers: bool = True
    """Whether models are asked for answers, each in isolation."""
    _known: dict[tuple[str, str], Release] = field(default_factory=dict)

    def change(self, before: Declared | None, after: Declared | None) -> Release | None:
        """What becomes of a stack's version; None where it stays."""
        old, new = _package(before), _package(after)
        if old or new:
            return self._packed(old, new)
        was, will = _image(before), _image(after)
        if was == will:
            return None
        unknown = ""
        figures: tuple[Figure, ...] = ()
        if was and will:
            told = [self.history().metrics(one.digest) for one in (was, will)]
            figures = tuple(_figures(*told))
            if not any(told):
                unknown = "the ledger here has no metrics of them (git fetch origin)"
        return Release(before=was, after=will, metrics=figures, unknown=unknown)

    def _packed(
        self, old: ModelPackage | None, new: ModelPackage | None
    ) -> Release | None:
        if old is None or new is None:
            return Release(before=_version(old), after=_version(new))
        if old.identity == new.identity:
            return None
        key = (old.identity, new.identity)
        if key not in self._known:
            self._known[key] = self._asked(old, new)
        return self._known[key]

    def _asked(self, old: ModelPackage, new: ModelPackage) -> Release:
        found = _still(old, new)
        if not self.answers:
            return found
        from model_image.comparison import compared  # it brings numpy, and is rare

        try:
            comparison = compared(old, new, None, self.say)
        except PackError as error:
            unknown = f"their answers were not compared: {error}"
            return found.model_copy(update={"unknown": unknown})
        answers = tuple(_answers(comparison))
        return found.model_copy(update={"answers": answers})


def _still(old: ModelPackage, new: ModelPackage) -> Release:
    """What can be read of two packages without running anything."""
    evidence = [read_evidence(one.path, one.identity) for one in (old, new)]
    return Release(
        before=_version(old),
        after=_version(new),
        schema_changes=tuple(
            (_WEIGHTS[one.weight], one.sentence)
            for one in changes(old.manifest, new.manifest)
        ),
        verdict=_verdict(old, new),
        metrics=tuple(_figures(*map(_measured, evidence))),
    )


def _verdict(old: ModelPackage, new: ModelPackage) -> str:
    asked = asked_version(old.manifest, new.manifest)
    if is_bold_enough(old.manifest, new.manifest):
        return ""
    kind = step(old.manifest, new.manifest)
    return f"this asks for a {kind} step, {asked} or later; {new.version} is too small"


def _measured(evidence: Evidence) -> dict[str, float]:
    return dict(evidence.metrics)


def _figures(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Figure]:
    for name in {**old, **new}:
        yield Figure(name=name, before=old.get(name), after=new.get(name))


def _answers(found: "Comparison") -> Iterator[str]:
    told = found.answers
    rows = f"{told.compared} of {told.rows} rows of {told.source} compared"
    yield f"{rows}{_refused(told)}"
    yield from (f"{one.output}: {_gap(one, told.compared)}" for one in told.outputs)


def _refused(told: "Disagreement") -> str:
    sides = (("old", told.refused_by_old), ("new", told.refused_by_new))
    refused = [f"{count} refused by the {side} one" for side, count in sides if count]
    return f"; {', '.join(refused)}" if refused else ""


def _gap(gap: "OutputGap", rows: int) -> str:
    if not gap.where:
        return f"the same in all {rows}"
    by = "" if gap.largest is None else f", by {gap.largest:.3g} at most"
    return f"{gap.differing} of {rows} differ{by} ({gap.where})"


def _package(side: Declared | None) -> ModelPackage | None:
    settings = side.settings if side else None
    if side is None or settings is None or settings.package is None:
        return None
    try:
        folder = folder_in(side.root, settings.package, lambda _: None)
        return ModelPackage.read(side.root / folder)
    except (ManifestError, PackError, OSError):
        return None


def fetch(root: Path, settings: StackSettings) -> None:
    """Bring a package that is kept elsewhere, which its program has no way to."""
    if settings.package:
        folder_in(root, settings.package, lambda _: None)


def _version(package: ModelPackage | None) -> Version | None:
    if package is None:
        return None
    return Version(name=package.name, version=package.version, digest=package.identity)


def _image(side: Declared | None) -> Version | None:
    image = side.settings.image if side and side.settings else None
    if image is None:
        return None
    return Version(name=image.name, version=image.version, digest=image.digest)
