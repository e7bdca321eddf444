"""Zip files, as Keras, PyTorch and skops write them, opened without surprises."""

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from model_image.errors import PackError
from model_image.scan.mapped import most_unpacked

_MOST_MEMBERS = 20_000
_MOST_DIRECTORY = 32 << 20
_END = b"PK\x05\x06"
_KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@contextmanager
def archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """The zip file, each member of which is a plain file under a plain name."""
    _check_directory(path)
    try:
        with zipfile.ZipFile(path) as opened:
            _check_members(path, opened.infolist())
            yield opened
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise PackError(
            f"{path} is a damaged zip file ({error}); save the model again"
        ) from None


def contents(path: Path, opened: zipfile.ZipFile, name: str, most: int) -> bytes:
    """All of a member, which is small."""
    if opened.getinfo(name).file_size > most:
        raise PackError(
            f"{path} holds a {name} of more than {most >> 20} MiB, which no model has; "
            "save the model again"
        )
    return opened.read(name)


def _check_directory(path: Path) -> None:
    """The list of members is read as a whole, so it has to be small."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - (1 << 16) - 22))
        tail = file.read()
    at = tail.rfind(_END)
    listed = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    # All ones: the size stands elsewhere, as it does when there are too many.
    if listed > _MOST_DIRECTORY:
        raise PackError(
            f"{path} is a zip file with a list of {listed >> 20} MiB of members, which "
            "no model has; save the model again"
        )


def _check_members(path: Path, members: list[zipfile.ZipInfo]) -> None:
    names: set[str] = set()
    total = 0
    for member in members:
        name = member.filename
        total += member.file_size
        if problem := _problem(member):
            raise PackError(f"{path} holds {name!r}, {problem}; save the model again")
        if name in names:
            raise PackError(f"{path} holds {name!r} twice; save the model again")
        names.add(name)
    if len(members) > _MOST_MEMBERS:
        raise PackError(f"{path} holds {len(members):,} files; no model has so many")
    if total > most_unpacked(path.stat().st_size):
        raise PackError(
            f"{path} unpacks to {total >> 20:,} MiB from {path.stat().st_size >> 20:,}"
            " MiB, which no model does; save the model again"
        )


def _problem(member: zipfile.ZipInfo) -> str:
    name = PurePosixPath(member.filename)
    kind = stat.S_IFMT(member.external_attr >> 16)
    if name.is_absolute() or ".." in name.parts or "\\" in member.filename:
        return "which would be written outside of it"
    if not member.filename.isprintable() or ":" in member.filename:
        return "a name that no model has in it"
    if member.orig_filename != member.filename:
        return "a name with more behind its end"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "a link or device"
    if member.flag_bits & 0x1:
        return "which is encrypted"
    if member.compress_type not in _KINDS:
        return "compressed in a way that models are not"
    return ""
