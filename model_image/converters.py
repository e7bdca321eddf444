"""Which converter takes a model, and in which environment."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from .environment import Say, environment, locked
from .errors import PackError
from .scan.format import Format

HERE = Path(__file__).parent / "convert"
SERVER = Path(__file__).parent / "server" / "requirements.in"
_CORE = ("uvloop", "httptools", "msgspec", "prometheus-client")


@dataclass(frozen=True)
class _Library:
    """A library that reads only pickles of its own version."""

    distribution: str
    lowest: str
    highest: str
    """The minor versions with wheels for Python 3.11 and a converter, both included."""
    instead: str


_EXACT = {
    "scikit-learn": _Library(
        "scikit-learn", "1.2", "1.9", "save it again with one of these"
    ),
    "xgboost": _Library(
        "xgboost-cpu", "2.1", "3.2", "save it with `model.save_model(FILE)` instead"
    ),
}


def converter_for(format: Format, names: Sequence[str]) -> str:
    """The module of `convert/` for a format; a pickle may hold several libraries."""
    if format is not Format.PICKLE:
        return format.value
    wrapped = {name.partition(".")[0] for name in names} & {"xgboost", "lightgbm"}
    return "boosted" if wrapped else "sklearn"


def converter_python(
    converter: str, libraries: Mapping[str, str], file: str, say: Say
) -> Path:
    """
    The Python that a converter runs in, with the versions that the model was saved by.

    Raises PackError, naming the range, where those cannot be had.
    """
    text = (HERE / f"{converter}.in").read_text()
    wanted = text
    for name, version in libraries.items():
        if name in _EXACT:
            wanted = _pinned(wanted, _EXACT[name], version, file)
    if wanted == text:
        return environment(HERE / f"{converter}.txt", say)
    try:
        return environment(locked(wanted, say), say)
    except PackError as error:
        raise PackError(f"{file} needs {dict(libraries)}: {error}") from None


def own_requirements(extra: Sequence[str]) -> str:
    """What the server and a package's own flavour need together, not yet locked."""
    core = [line for line in SERVER.read_text().splitlines() if line.startswith(_CORE)]
    needs = ["numpy", "pandas"]
    if any(line.startswith("lightgbm") for line in extra):
        # It links libgomp, which images have from the wheel of scikit-learn alone.
        needs.append("scikit-learn")
    return "\n".join([*core, *needs, *extra]) + "\n"


def _pinned(text: str, library: _Library, version: str, file: str) -> str:
    """The requirements with the model's version, and NumPy and pandas of its time."""
    pattern = rf"^{re.escape(library.distribution)}==(.*)$"
    found = re.search(pattern, text, re.MULTILINE)
    if found is None or _minor(found[1]) == _minor(version):
        return text
    low, high = _minor(library.lowest), _minor(library.highest)
    minor = _minor(version)
    if minor is None or not low <= minor <= high:  # type: ignore[operator]
        raise PackError(
            f"{file} was saved with {library.distribution} {version}, and "
            f"{library.lowest} to {library.highest} can be had here; "
            f"{library.instead}, or pack it with --code"
        )
    text = re.sub(pattern, f"{library.distribution}=={version}", text, flags=re.M)
    old = library.distribution == "scikit-learn" and Version(version) < Version("1.4.2")
    text = re.sub(r"^numpy==.*$", f"numpy<{'2' if old else '3'}", text, flags=re.M)
    return re.sub(r"^pandas==.*$", "pandas<3", text, flags=re.M)


def _minor(version: str) -> tuple[int, int] | None:
    try:
        known = Version(version)
    except InvalidVersion:
        return None
    return known.major, known.minor
