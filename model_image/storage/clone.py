"""A package where a build of this clone can see it, under a path that any clone has."""

import os
import shutil
from pathlib import Path

from filelock import FileLock

from model_image.environment import Say
from model_image.package import ModelPackage
from model_image.server.manifest import ManifestError

from .fetch import fetch
from .reference import PackageFolder, parse_pinned

PLACE = Path(".slipway", "packages")


def folder_in(clone: Path, reference: str, say: Say) -> Path:
    """
    The folder of a package, relative to the clone; as written when it is a folder.

    A build's inputs name it, so it must not differ between machines as the cache does.
    What was fetched stands here as hard links, which take no room and which no builder
    takes for anything but files.
    """
    written = parse_pinned(reference)
    if isinstance(written, PackageFolder):
        return written.path
    fetched = fetch(reference, say)
    folder = PLACE / fetched.name[:12]
    (clone / PLACE).mkdir(parents=True, exist_ok=True)
    with FileLock(f"{clone / folder}.lock"):
        if not _is(clone / folder, fetched):
            _link(fetched, clone / folder)
    return folder


def _is(folder: Path, fetched: Path) -> bool:
    try:
        return ModelPackage.read(folder).identity.endswith(fetched.name)
    except ManifestError:
        return False


def _link(source: Path, target: Path) -> None:
    partial = target.with_suffix(".partial")
    for left in (partial, target):
        shutil.rmtree(left, ignore_errors=True)
    try:
        shutil.copytree(source, partial, copy_function=_link_or_copy)
        partial.rename(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without hard links
        shutil.copyfile(source, target)
