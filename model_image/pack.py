"""From the files a person has to a package that can be trusted."""

import errno
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from . import workers
from .changes import check_version
from .conversion import converted, limits
from .convert.task import Draft, Proof
from .environment import Say, environment
from .errors import PackError
from .evidence import EVIDENCE, Evidence, Origin, measured
from .material import Material, taken
from .package import ModelPackage
from .scratch import scratch
from .server.manifest import (
    CODE,
    MANIFEST,
    REQUIREMENTS,
    Manifest,
    ManifestError,
    file_digest,
    read_manifest,
)
from .settings import PackSettings

_AT_ONCE = 10


def pack(
    files: Sequence[Path],
    settings: PackSettings,
    target: Path,
    say: Say,
    *,
    previous: Path | None = None,
) -> ModelPackage:
    """
    Convert, prove and describe a model; the package appears at `target` whole or not.

    The same files and settings give the same identity. A change that breaks callers of
    `previous`, or of what stands at `target`, needs the version step that it asks for.
    Raises PackError.
    """
    before = [ModelPackage.read(previous).manifest] if previous else []
    before += _replaced(target, settings)
    with scratch(target.absolute().parent) as work:
        say("reading and scanning")
        material = taken(files, settings, work)
        draft, lock = converted(material, settings, work, say)
        package = _assembled(material, draft, lock, settings, work)
        say("proving the package with the server's own code")
        proof = _proved(package, lock, settings, work, say)
        manifest = read_manifest(package)
        for old in before:
            _check_step(old, manifest)
        evidence = _evidence(manifest, material, draft, proof, settings)
        (package / EVIDENCE).write_bytes(_json(evidence))
        _move(package, target, work)
    return ModelPackage.read(target)


def _assembled(
    material: Material, draft: Draft, lock: Path, settings: PackSettings, work: Path
) -> Path:
    """The package's folder, its manifest written last."""
    package = work / "package"
    _collect(work / "converted" / "package", package)
    if draft.flavour != "onnx":
        shutil.copyfile(lock, package / REQUIREMENTS)
    if material.code:
        shutil.copytree(
            material.code,
            package / CODE,
            ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".*"),
        )
    files = sorted(path for path in package.rglob("*") if path.is_file())
    try:
        manifest = Manifest(
            schema=1,
            name=settings.name,
            version=settings.version,
            description=settings.description,
            licence=settings.licence,
            source=settings.source,
            flavour=draft.flavour,  # type: ignore[arg-type]
            inputs=draft.inputs,
            outputs=draft.outputs,
            files={
                path.relative_to(package).as_posix(): file_digest(path)
                for path in files
            },
            owner=settings.owner,
            intended_use=settings.intended_use,
            entry=settings.entry or "",
            trusted=settings.trust if draft.flavour == "sklearn" else (),
        )
    except ValueError as error:
        raise PackError(f"{material.names[0]}: {error}") from None
    (package / MANIFEST).write_bytes(_json(manifest))
    return package


def _collect(given: Path, package: Path) -> None:
    """The sandbox's files, of which none may be anything but a file."""
    for path in sorted(given.rglob("*")):
        copy = package / path.relative_to(given)
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise PackError(
                f"the isolated process left {path.name!r}, which is no file"
            )
        if path.is_dir():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, copy)


def _proved(
    package: Path, lock: Path, settings: PackSettings, work: Path, say: Say
) -> Proof:
    rows = work / "converted" / "rows.json"
    python = environment(lock, say)
    proof = workers.prove(python, package, rows, work / "proved", limits(settings))
    if proof.parity and (differs := proof.parity.differs):
        raise PackError(
            f"the package is not the original: {differs}; pack it with another "
            "--flavour"
        )
    return proof


def _evidence(
    manifest: Manifest,
    material: Material,
    draft: Draft,
    proof: Proof,
    settings: PackSettings,
) -> Evidence:
    return Evidence(
        manifest.identity,
        Origin(
            material.digests,
            material.format.value if material.format else "files of its own code",
            draft.libraries,
            datetime.now(UTC).isoformat(timespec="seconds"),
        ),
        proof.parity,
        measured(proof, draft.row_seconds),
        settings.metrics,
        material.scans,
        draft.notes,
    )


def _replaced(target: Path, settings: PackSettings) -> list[Manifest]:
    """What stands at the target: nothing, or another version of the same model."""
    if not target.exists():
        return []
    try:
        old = read_manifest(target)
    except ManifestError:
        raise PackError(
            f"{target} is there already and is no package; name another --output"
        ) from None
    if old.name != settings.name:
        raise PackError(
            f"{target} holds the model {old.name!r}, not {settings.name!r}; name "
            "another --output"
        )
    return [old]


def _check_step(old: Manifest, new: Manifest) -> None:
    if old.version == new.version and old.identity != new.identity:
        raise PackError(
            f"another {old.name} {old.version} is packed already; give this one a new "
            "--version"
        )
    check_version(old, new)


def _move(package: Path, target: Path, work: Path) -> None:
    """Put the package in its place; what stood there makes way."""
    for attempt in range(_AT_ONCE):
        if target.exists():
            with suppress(FileNotFoundError):
                os.rename(target, work / f"replaced-{attempt}")
        try:
            os.rename(package, target)
            return
        except OSError as error:
            # Somebody who packs the same was faster; theirs makes way in turn.
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
    raise PackError(f"{target} is being written by others; try again")


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
