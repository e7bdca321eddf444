"""Fetched packages on this machine, each in a folder that is named by its identity."""

import errno
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from model_image import cache
from model_image.environment import Say
from model_image.errors import PackError
from model_image.evidence import EVIDENCE
from model_image.package import ModelPackage
from model_image.server.manifest import MANIFEST, ManifestError, read_manifest

from .progress import watched
from .source import Source


def package(source: Source, say: Say) -> Path:
    """
    The verified folder of the source's package, fetched unless it is here and whole.

    A package appears whole or not at all; of several that fetch it at once, one does
    and the others wait. What a killed fetch left is removed by the next one.
    """
    folder = cache.folder("packages") / source.identity.removeprefix("sha256:")
    with _told(source.written), _alone(folder, source.written, say):
        _sweep(folder)
        if not _is_whole(folder, source.identity):
            shutil.rmtree(folder, ignore_errors=True)
            _fetch(source, folder, say)
    return folder


def document(digest: str, get: Callable[[], bytes], written: str) -> bytes:
    """The bytes with this digest: those kept here, else those that `get` gives."""
    path = cache.folder("artifacts") / digest.removeprefix("sha256:")
    if path.is_file() and _sha256(kept := path.read_bytes()) == digest:
        return kept
    content = get()
    _check(written, "the artifact", content, digest)
    with _told(written), FileLock(f"{path}.lock"):
        partial = path.with_suffix(".partial")
        partial.write_bytes(content)
        partial.rename(path)
    return content


def _fetch(source: Source, folder: Path, say: Say) -> None:
    """Everything goes to a folder beside it, which takes its name when it is whole."""
    partial = folder.with_suffix(".partial")
    try:
        partial.mkdir()
        content = source.manifest()
        _check(source.written, MANIFEST, content, source.identity)
        (partial / MANIFEST).write_bytes(content)
        for name, digest in _listed(source, partial).items():
            _write(source, partial / name, name, digest, say)
        if evidence := source.evidence():
            (partial / EVIDENCE).write_bytes(evidence)
        partial.rename(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _listed(source: Source, partial: Path) -> dict[str, str]:
    try:
        manifest = read_manifest(partial)
    except ManifestError as error:
        reason = str(error).replace(str(partial), "its folder")
        raise PackError(f"{source.written} is not a package: {reason}") from None
    if manifest.identity != source.identity:
        raise PackError(
            f"{source.written} was not pushed by Slipway: its {MANIFEST} is not in the "
            "one form that has its identity; push the package again"
        )
    return manifest.files


def _write(source: Source, path: Path, name: str, digest: str, say: Say) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    found = hashlib.sha256()
    with path.open("xb") as file:
        pieces = source.file(name, digest)
        for piece in watched(pieces, f"fetching {name}", say):
            found.update(piece)
            file.write(piece)
    if (got := f"sha256:{found.hexdigest()}") != digest:
        raise _mismatch(source.written, name, digest, got)


def _is_whole(folder: Path, identity: str) -> bool:
    try:
        return ModelPackage.read(folder).identity == identity
    except ManifestError:
        return False


@contextmanager
def _alone(folder: Path, written: str, say: Say) -> Iterator[None]:
    """Only this process handles the folder; the kernel frees the lock of a dead one."""
    lock = FileLock(f"{folder}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"{written} is being fetched by another process; waiting for it")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _sweep(folder: Path) -> None:
    """Remove what dead processes left: a partial folder whose lock nobody holds."""
    for partial in folder.parent.glob("*.partial"):
        if partial.stem == folder.name:
            shutil.rmtree(partial)
            continue
        try:
            with FileLock(partial.with_suffix(".lock"), timeout=0):
                shutil.rmtree(partial, ignore_errors=True)
        except Timeout:
            continue


@contextmanager
def _told(written: str) -> Iterator[None]:
    """What the disk says, as one sentence."""
    try:
        yield
    except OSError as error:
        home = cache.folder("packages")
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise PackError(
                f"{written} does not fit on the disk of {home}; free some space, or "
                "set SLIPWAY_CACHE_HOME to a folder on a larger one"
            ) from None
        raise PackError(
            f"{written} cannot be kept in {home}: {error.strerror or error}; mend "
            "that, or set SLIPWAY_CACHE_HOME to another folder"
        ) from None


def _check(written: str, what: str, content: bytes, digest: str) -> None:
    if (got := _sha256(content)) != digest:
        raise _mismatch(written, what, digest, got)


def _mismatch(written: str, what: str, digest: str, got: str) -> PackError:
    return PackError(
        f"{written}: {what} is not what was pushed: expected {digest}, got {got}; "
        "remove it there and push the package again"
    )


def _sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
