"""From the files a person has to a package that can be trusted."""

import os
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from . import conversion
from .conversion import ConversionFailed
from .convert.task import Draft, Proof, Task
from .converters import converter_for, converter_python, own_requirements
from .environment import Say, environment, locked
from .errors import PackError
from .evidence import EVIDENCE, Evidence, Origin, measured
from .material import Material, taken
from .package import ModelPackage
from .sandbox import INPUT, Limits
from .scratch import scratch
from .server.manifest import (
    CODE,
    EXAMPLE,
    MANIFEST,
    REQUIREMENTS,
    Manifest,
    ManifestError,
    file_digest,
    read_manifest,
)
from .settings import PackSettings

SERVER_LOCK = Path(__file__).parent / "server" / "requirements.txt"


def pack(
    files: Sequence[Path], settings: PackSettings, target: Path, say: Say
) -> ModelPackage:
    """
    Convert, prove and describe a model; the package appears at `target` whole or not.

    The same files and settings give the same identity. Raises PackError.
    """
    with scratch(target.absolute().parent) as work:
        say("reading and scanning")
        material = taken(files, settings, work)
        draft, lock = _converted(material, settings, work, say)
        package = _assembled(material, draft, lock, settings, work)
        say("proving the package with the server's own code")
        proof = _proved(package, lock, settings, work, say)
        manifest = read_manifest(package)
        evidence = _evidence(manifest, material, draft, proof, settings)
        (package / EVIDENCE).write_bytes(_json(evidence))
        _move(package, manifest, target, work)
    return ModelPackage.read(target)


def _converted(
    material: Material, settings: PackSettings, work: Path, say: Say
) -> tuple[Draft, Path]:
    """The draft, and the lock of the environment that it will be served in."""
    lock = SERVER_LOCK
    if settings.code:
        converter = "python"
        lock = locked(own_requirements(_listed(settings)), say)
        python = environment(lock, say)
    else:
        assert material.format is not None
        converter = converter_for(material.format, material.scan.globals)
        libraries = material.scan.libraries
        python = converter_python(converter, libraries, material.names[0], say)
    say(f"converting ({converter}), isolated")
    try:
        draft = conversion.convert(
            python,
            _task(converter, material, settings),
            _reads(material),
            work / "converted",
            _limits(settings),
        )
    except ConversionFailed as failure:
        raise _helped(failure, material, settings) from None
    if draft.requirements:
        lock = locked(own_requirements(draft.requirements), say)
    return draft, lock


def _task(converter: str, material: Material, settings: PackSettings) -> Task:
    folder = INPUT / material.artifacts.name
    return Task(
        converter,
        [str(folder / name) for name in material.names],
        sample=str(INPUT / material.sample.name) if material.sample else "",
        target=list(settings.target),
        class_names=list(settings.class_names),
        flavour=settings.flavour or ("python" if settings.code else "onnx"),
        entry=settings.entry or "",
        trusted=list(settings.trust),
        tolerance=settings.tolerance,
    )


def _reads(material: Material) -> dict[str, Path]:
    given = (material.artifacts, material.code, material.sample)
    return {path.name: path for path in given if path}


def _helped(
    failure: ConversionFailed, material: Material, settings: PackSettings
) -> PackError:
    """A failure that the user's own code could get around names the command."""
    name = material.names[0]
    if settings.code or not failure.code_helps:
        return PackError(f"{name}: {failure}")
    return PackError(
        f"{name}: {failure}; where it needs code of your own, use `python -m model_image "
        f"pack {name} --code DIR --entry module:Class --requirements requirements.txt`"
    )


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
    proof = conversion.prove(python, package, rows, work / "proved", _limits(settings))
    parity = proof.parity
    if parity and parity.largest_difference > settings.tolerance:
        raise PackError(
            f"the package's answers differ from the original's by "
            f"{parity.largest_difference:.3g} at {parity.where}, and "
            f"{settings.tolerance:g} is allowed; pack it with another --flavour"
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
        msgspec.to_builtins(material.scan),
        draft.notes,
    )


def _move(package: Path, manifest: Manifest, target: Path, work: Path) -> None:
    """Put the package in its place; another version of the same model makes way."""
    if target.exists():
        _check_replaceable(manifest, target)
        os.rename(target, work / "replaced")
    os.rename(package, target)


def _check_replaceable(manifest: Manifest, target: Path) -> None:
    try:
        old = read_manifest(target)
    except ManifestError:
        raise PackError(
            f"{target} is there already and is no package; name another --output"
        ) from None
    if old.name != manifest.name:
        raise PackError(
            f"{target} holds the model {old.name!r}, not {manifest.name!r}; name another "
            "--output"
        )
    if old.version == manifest.version and old.identity != manifest.identity:
        raise PackError(
            f"{target} holds another {old.name} {old.version}; give this one a new "
            "--version, or remove that folder"
        )


def _limits(settings: PackSettings) -> Limits:
    return Limits(settings.seconds, settings.memory_gb << 30)


def _listed(settings: PackSettings) -> list[str]:
    """The user's own requirements, which may name packages and nothing else."""
    assert settings.requirements is not None
    try:
        text = settings.requirements.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{settings.requirements} cannot be read: {error}") from None
    lines = [line.partition("#")[0].rstrip(" \\") for line in text.splitlines()]
    lines = [line for line in lines if line and not line.strip().startswith("--hash")]
    for line in lines:
        if line.startswith("-") or "://" in line or "@" in line:
            raise PackError(
                f"{settings.requirements}: {line!r} is not the name of a package with a "
                "version; list only such lines, and put code of your own under --code"
            )
    return lines


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
