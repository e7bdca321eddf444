"""
The file system under the server: Python, what it links to, and nothing else.

What is needed is copied out of the base rather than the rest deleted, so that no
shell, package manager or compiler can be left by mistake.
"""

import shutil
import sys
import sysconfig
from pathlib import Path

from .layer import finish
from .libraries import bundled, linked
from .packages import keep_packages

_UNUSED = {
    "__pycache__", "config-*", "dist-packages", "ensurepip", "idlelib", "lib2to3",
    "pydoc_data", "site-packages", "test", "tests", "tkinter", "turtle*", "venv",
    "_ctypes_test*", "_curses*", "_dbm*", "_gdbm*", "_test*", "_tkinter*", "_xx*",
    "nis.*", "ossaudiodev.*", "readline.*", "xxlimited*",
}  # fmt: skip
_UNUSED_BY_SERVER = {"distutils", "sqlite3", "_bz2.*", "_crypt.*", "_sqlite3*"}
_ALSO = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/os-release",
    "/etc/debian_version",
    "/etc/ld.so.cache",
)
_USERS = "root:x:0:0::/:/sbin/nologin\nslipway:x:10001:10001::/:/sbin/nologin\n"
_GROUPS = "root:x:0:\nslipway:x:10001:\n"


def make_root(venv: Path, root: Path, *, any_code: bool) -> None:
    """
    Fill `root` with what this interpreter and that environment need.

    Without `any_code` it is only the server that imports anything.
    """
    taken: set[Path] = set()
    unused = _UNUSED if any_code else _UNUSED | _UNUSED_BY_SERVER
    python = Path(sys.executable)
    take(python.with_name("python3"), root, taken)
    standard_library = Path(sysconfig.get_path("stdlib"))
    shutil.copytree(
        standard_library,
        root / standard_library.relative_to("/"),
        ignore=shutil.ignore_patterns(*unused),
        ignore_dangling_symlinks=True,
    )
    taken.update(
        Path("/", path.relative_to(root)) for path in root.rglob("*") if path.is_file()
    )
    binaries = [python.resolve(), *root.rglob("*.so"), *venv.rglob("*.so*")]
    libraries, missing = linked(binaries)
    for library in sorted(libraries):
        if not library.is_relative_to(venv):
            take(library, root, taken)
    for name in sorted(missing):
        lend(name, venv, root)
    for path in _ALSO:
        if Path(path).exists():
            take(Path(path), root, taken)
    keep_packages(root, taken)
    _people_and_places(root)


def lend(name: str, venv: Path, root: Path) -> None:
    """Let what looks for this library find the copy in the environment, if any."""
    library = bundled(name, venv)
    print(f"{name} is not in the base; the environment has {library or 'none'}")
    if library:
        folder = root / "usr/lib" / sysconfig.get_config_var("MULTIARCH")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(Path("/", library.relative_to(venv.parent)))


def _people_and_places(root: Path) -> None:
    (root / "etc/passwd").write_text(_USERS)
    (root / "etc/group").write_text(_GROUPS)
    (root / "etc/nsswitch.conf").write_text("hosts: files dns\n")
    for folder in ("app", "model", "proc", "run", "sys", "dev", "tmp"):
        (root / folder).mkdir(exist_ok=True)
    (root / "tmp").chmod(0o1777)


def take(path: Path, root: Path, taken: set[Path]) -> None:
    """Copy a file to the same place under `root`, with every link on the way to it."""
    walked = Path("/")
    for index, part in enumerate(path.parts[1:], start=2):
        walked /= part
        copy = root / walked.relative_to("/")
        if walked.is_symlink():
            target = walked.readlink()
            if not copy.is_symlink():
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.symlink_to(target)
            rest = path.parts[index:]
            # No resolve(): the links behind this one are wanted as well.
            return take(_joined(walked.parent, target).joinpath(*rest), root, taken)
    copy = root / path.relative_to("/")
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
    taken.add(path)


def _joined(folder: Path, target: Path) -> Path:
    """Where a link in this folder leads, its `..` taken out."""
    parts: list[str] = []
    for part in (folder / target).parts[1:]:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return Path("/", *parts)


if __name__ == "__main__":
    make_root(Path(sys.argv[1]), Path(sys.argv[2]), any_code="--any-code" in sys.argv)
    finish(Path(sys.argv[2]))
