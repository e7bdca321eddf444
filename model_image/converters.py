"""Which converter takes a model, and in which environment."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from packaging.version import Version

from .environment import Say, environment, locked
from .errors import PackError
from .scan.format import Format

HERE = Path(__file__).parent / "convert"
SERVER = Path(__file__).parent / "server" / "requirements.in"
_CORE = ("uvicorn", "uvloop", "httptools", "msgspec", "prometheus-client")
_RANGES = {
    "scikit-learn": ("1.2", "1.9"),
    "xgboost": ("1.7", "3.9"),
    "lightgbm": ("3.3", "4.9"),
}
"""What has wheels for Python 3.11 and a converter: the minor versions, both included."""


def converter_for(format: Format, names: Sequence[str]) -> str:
    """The module of `convert/` for a format; a pickle may hold more than one library."""
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
    lock = HERE / f"{converter}.txt"
    text = (HERE / f"{converter}.in").read_text()
    wanted = _pinned(text, libraries)
    if wanted == text:
        return environment(lock, say)
    for name, version in libraries.items():
        low, high = _RANGES.get(name, ("0", "9999"))
        minor = Version(".".join(version.split(".")[:2]))
        if not Version(low) <= minor <= Version(high):
            raise PackError(
                f"{file} was saved with {name} {version}, and {low} to {high} can be had "
                f"here; save it again with one of these, or pack it with --code"
            )
    try:
        return environment(locked(wanted, say), say)
    except PackError as error:
        raise PackError(f"{file} needs {dict(libraries)}: {error}") from None


def own_requirements(extra: Sequence[str]) -> str:
    """What the server and a package's own flavour need together, not yet locked."""
    core = [line for line in SERVER.read_text().splitlines() if line.startswith(_CORE)]
    return "\n".join([*core, "numpy", "pandas", *extra]) + "\n"


def _pinned(text: str, libraries: Mapping[str, str]) -> str:
    """The requirements with the model's versions; what depends on them is let go."""
    for name, version in libraries.items():
        pattern = rf"^{re.escape(name)}==(.*)$"
        found = re.search(pattern, text, re.MULTILINE)
        if found is None or found[1] == version:
            continue
        text = re.sub(pattern, f"{name}=={version}", text, flags=re.MULTILINE)
        old = name == "scikit-learn" and Version(version) < Version("1.4.2")
        text = re.sub(
            r"^(numpy|pandas)==.*$",
            lambda match: f"{match[1]}<{'2' if old else '3'}",
            text,
            flags=re.MULTILINE,
        )
    return text
