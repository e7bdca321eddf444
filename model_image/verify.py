"""Proves a finished package again: checksums, example, and parity with the original."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from . import workers
from .conversion import converted
from .convert.task import Proof
from .environment import Say, environment
from .errors import PackError
from .evidence import read_evidence
from .material import taken
from .package import ModelPackage
from .sandbox import Limits
from .scratch import scratch
from .settings import PackSettings


def verified(
    package: ModelPackage,
    originals: Sequence[Path],
    given: Mapping[str, Any],
    say: Say,
) -> Proof:
    """
    What the server's own code makes of the package, isolated; raises PackError.

    With the original's files, it is asked the sample's rows beside them.
    """
    read_evidence(package.path, package.identity)
    with scratch(Path(gettempdir())) as work:
        rows = None
        if originals:
            rows = _rows(package, originals, given, work, say)
        say("running the package, isolated")
        python = environment(package.lock, say)
        proof = workers.prove(python, package.path, rows, work / "proved", Limits())
    if proof.parity and (differs := proof.parity.differs):
        raise PackError(f"{package.path} does not answer as the original: {differs}")
    return proof


def _rows(
    package: ModelPackage,
    originals: Sequence[Path],
    given: Mapping[str, Any],
    work: Path,
    say: Say,
) -> Path:
    """What the original answers, by converting it once more."""
    manifest = package.manifest
    if manifest.flavour == "python":
        raise PackError(
            f"{package.path} runs the original's own code, so there is nothing to "
            "compare it with; leave out --against"
        )
    labels = next((one.labels for one in manifest.outputs if one.labels), ())
    settings = PackSettings(
        name=package.name,
        version=package.version,
        flavour=manifest.flavour,
        class_names=labels,
        **given,
    )
    converted(taken(originals, settings, work), settings, work, say)
    return work / "converted" / "rows.json"
