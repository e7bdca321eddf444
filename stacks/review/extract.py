"""What git packed of a revision, unpacked so that nothing in it leads away."""

import os
import stat
import tarfile
from pathlib import Path, PurePosixPath
from typing import IO, cast

from .kept import kept, link, stored

_LARGE = 1_000_000
"""Bytes; a model is not worth a second copy."""


class LeadsAway(Exception):
    """A file that is not in the revision's own folder, or a link out of it."""


def extract(packed: tarfile.TarFile, folder: Path) -> None:
    """
    Put all of it into `folder`, which is empty; raises LeadsAway.

    Python's own filter is not in Debian 12's, and looks at every file for ever. Each
    thing is made in a folder that was made here, and nothing is written over, which
    leaves only links to be looked at.
    """
    inside = {""}
    sources = kept("sources")
    for member in packed:
        place, target = os.path.dirname(member.name), folder / member.name
        if place not in inside or (member.issym() and _leaves(place, member.linkname)):
            raise LeadsAway(member.name)
        try:
            if member.isdir():
                target.mkdir()
                inside.add(member.name)
            elif member.issym():
                target.symlink_to(member.linkname)
            elif member.isfile():
                content = cast(IO[bytes], packed.extractfile(member)).read()
                _write(sources, target, content, bool(member.mode & stat.S_IXUSR))
        except FileExistsError:
            raise LeadsAway(member.name) from None


def _write(sources: Path, target: Path, content: bytes, executable: bool) -> None:
    if len(content) < _LARGE and not executable:
        link(stored(sources, content), target)
        return
    with target.open("xb") as file:
        file.write(content)
    target.chmod(0o755 if executable else 0o644)


def _leaves(place: str, target: str) -> bool:
    """
    Whether a link there may lead out; so may one that goes up after it went down.

    One that goes up first does so through real folders, and each link that it then
    comes through was looked at like this.
    """
    parts = PurePosixPath(target).parts
    ups = next((at for at, part in enumerate(parts) if part != ".."), len(parts))
    deep = len(PurePosixPath(place).parts)
    return target.startswith("/") or ups > deep or ".." in parts[ups:]
