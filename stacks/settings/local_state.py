"""What Slipway remembers on this machine, outside any clone."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs


def folder() -> Path:
    """The user's state folder for Slipway; SLIPWAY_STATE_HOME moves it."""
    if home := os.environ.get("SLIPWAY_STATE_HOME"):
        return Path(home)
    return platformdirs.user_state_path("slipway")


def read(name: str) -> dict[str, Any]:
    """The JSON object kept as `name`; an empty one when there is none."""
    try:
        return json.loads((folder() / name).read_text())
    except FileNotFoundError:
        return {}


def write(name: str, value: Mapping[str, Any]) -> None:
    """Keep `value` as `name`, whole or not at all."""
    folder().mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=folder(), delete=False) as file:
        json.dump(value, file, indent=1)
    os.replace(file.name, folder() / name)
