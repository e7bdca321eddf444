"""What pipelines are written in: each file is an object, each `run:` a script."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

FOLDER = ".github"


def files(root: Path) -> list[Path]:
    """The workflows of a clone, and its own actions."""
    found = (root / FOLDER).rglob("*.y*ml")
    return sorted(found)


def called(file: str | Path) -> str:
    """`Workflow/name` or `Action/name`."""
    path = Path(file)
    if path.parent.name == "workflows":
        return f"Workflow/{path.stem}"
    return f"Action/{path.parent.name}"


def scripts(file: Path) -> Iterator[str]:
    """Every `run:` of the file, as bash gets it."""
    told = yaml.safe_load(file.read_text())
    for owner in (told.get("runs") or {}, *(told.get("jobs") or {}).values()):
        yield from (step["run"] for step in _steps(owner) if "run" in step)


def _steps(owner: dict[str, Any]) -> list[dict[str, Any]]:
    return owner.get("steps") or []
