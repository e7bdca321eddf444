"""Objects in a folder: a file for each, whose name says which object it is."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

Object = Mapping[str, Any]


def write(objects: Iterable[Object], folder: Path) -> Path:
    """Every judge names the file of a finding, and so the object; returns `folder`."""
    folder.mkdir(parents=True)
    for one in objects:
        file = folder / f"{one['kind']}.{one['metadata']['name']}.yaml"
        file.write_text(yaml.safe_dump(one, width=1000))
    return folder


def read(folder: Path) -> dict[str, Object]:
    """The objects, by what they are called."""
    files = sorted(folder.glob("*.yaml"))
    return {called(file): yaml.safe_load(file.read_text()) for file in files}


def called(file: str | Path) -> str:
    """`Kind/name`."""
    kind, _, name = Path(file).stem.partition(".")
    return f"{kind}/{name}"
