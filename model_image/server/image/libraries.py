"""The shared libraries that compiled files need beside themselves."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path


def linked(binaries: Iterable[Path]) -> tuple[set[Path], set[str]]:
    """The libraries that the loader finds for these files, and names it does not."""
    listed = subprocess.run(
        ["ldd", *map(str, binaries)], capture_output=True, text=True, check=False
    ).stdout
    words = (word for line in listed.splitlines() for word in line.split())
    found = {
        Path(word)
        for word in words
        if word.startswith("/") and not word.endswith(":") and Path(word).is_file()
    }
    return found, set(re.findall(r"^\s*(\S+) => not found", listed, re.MULTILINE))


def bundled(name: str, venv: Path) -> Path | None:
    """
    The copy of a library that some wheel brings under a name of its own.

    LightGBM counts on the system for libgomp.so.1, which scikit-learn and XGBoost have
    as libgomp-e985bcbb.so.1.0.0: one copy serves all of them, and no second is needed.
    """
    stem, _, version = name.partition(".so")
    pattern = re.compile(rf"{re.escape(stem)}-[0-9a-f]+\.so{re.escape(version)}(\.|$)")
    copies = (path for path in venv.rglob(f"{stem}-*") if pattern.match(path.name))
    return min(copies, default=None)
