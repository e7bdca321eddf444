"""A virtualenv with the locked requirements, made with nothing but Python.

Only the standard library is imported here: this runs before anything is installed.
"""

import fcntl
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

from .packages import PackagesError, install_packages

ROOT = Path(__file__).parents[2]
VENV = ROOT / ".venv"
_PYTHON = VENV / "bin" / "python"
_BASE = ROOT / "requirements.txt"
_EVERYTHING = "tests"
"""The module that needs what every platform needs."""
_MARK = VENV / ".slipway-requirements"


def enter(module: str) -> None:
    """
    Go on only inside the virtualenv: make it when it is missing or outdated, and run
    `module` again with its Python.

    What one cloud alone needs is there where a stack of it is. Interrupted, it can
    simply be run again: the mark is written last.
    """
    if sys.version_info < (3, 11):  # noqa: UP036, an older Python may well run this
        _stop(f"Slipway needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    if not _is_current(module):
        VENV.mkdir(exist_ok=True)
        with (VENV / ".slipway-lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _is_current(module):
                _make(module)
    if Path(sys.prefix) != VENV:
        os.chdir(ROOT)
        os.execv(_PYTHON, [str(_PYTHON), "-m", module, *sys.argv[1:]])


def _is_current(module: str) -> bool:
    """An interpreter that was upgraded away leaves a link to nothing."""
    return os.access(_PYTHON, os.X_OK) and _wanted(module) <= _installed()


def _wanted(module: str) -> set[str]:
    """Each file of requirements that is needed, with what is in it."""
    return {_line(_BASE), *map(_line, _platforms(module))}


def _platforms(module: str) -> list[Path]:
    """The requirements of the platforms that the stacks' files name."""
    every = sorted(ROOT.glob("components/*/requirements.txt"))
    if module == _EVERYTHING:
        return every
    files = [file.read_text() for file in (ROOT / "stacks").glob("Pulumi.*.yaml")]
    # This runs where nothing is that reads YAML; one too many does no harm.
    named = {one for text in files for one in re.findall(r"\bkind\W+(\w+)", text)}
    return [one for one in every if one.parent.name in named]


def _line(requirements: Path) -> str:
    return f"{_name(requirements)} {sha256(requirements.read_bytes()).hexdigest()}"


def _name(requirements: Path) -> str:
    return str(requirements.relative_to(ROOT))


def _installed() -> set[str]:
    return set(_MARK.read_text().splitlines()) if _MARK.is_file() else set()


def _make(module: str) -> None:
    print("Slipway: installing the locked requirements into .venv", file=sys.stderr)
    before = {line.split()[0] for line in _installed()}
    files = {_BASE, *_platforms(module)}
    # What another stack needed stays, as it is locked now.
    files |= {one for one in _platforms(_EVERYTHING) if _name(one) in before}
    try:
        with tempfile.TemporaryDirectory() as scratch:
            uv = shutil.which("uv") or _install_uv(Path(scratch))
            making = [uv, "venv", "--quiet", "--allow-existing", str(VENV)]
            _run(*making, "--python", sys.executable)
            command = [uv, "pip", "sync", "--require-hashes", *map(str, sorted(files))]
            # On a terminal uv draws its progress; elsewhere it lists 80 packages.
            quiet = [] if sys.stderr.isatty() else ["--quiet"]
            _run(*command, *quiet, "--python", str(_PYTHON))
    except (subprocess.CalledProcessError, PackagesError, OSError) as error:
        _stop(f"the requirements could not be installed: {error}")
    _MARK.write_text("\n".join(sorted(map(_line, files))) + "\n")


def _install_uv(scratch: Path) -> str:
    """uv as the requirements pin it, in a folder that is thrown away."""
    if importlib.util.find_spec("ensurepip") is None:
        # Debian's Python comes without what `venv` needs to install pip.
        install_packages("python3-venv")
    _run(sys.executable, "-m", "venv", str(scratch / "venv"))
    pinned = scratch / "uv.txt"
    pinned.write_text(_requirement("uv"))
    pip = [str(scratch / "venv/bin/python"), "-m", "pip", "install", "--quiet"]
    _run(*pip, "--require-hashes", "--no-deps", "--requirement", str(pinned))
    return str(scratch / "venv/bin/uv")


def _requirement(name: str) -> str:
    """The lines that pin `name`, hashes included."""
    text = _BASE.read_text()
    start = text.index(f"\n{name}==") + 1
    return text[start : text.index("    # via", start)]


def _run(*command: str) -> None:
    environment = dict(os.environ)
    if index := environment.get("PIP_INDEX_URL"):
        environment.setdefault("UV_DEFAULT_INDEX", index)
    subprocess.run(command, check=True, env=environment)


def _stop(sentence: str) -> NoReturn:
    print(f"error: {sentence}", file=sys.stderr)
    raise SystemExit(2)
