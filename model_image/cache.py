"""What may be made again at any time: environments, locks, fetched packages."""

import os
from pathlib import Path

import platformdirs


def folder(name: str) -> Path:
    """A folder of this user's cache for Slipway; SLIPWAY_CACHE_HOME moves it."""
    home = os.environ.get("SLIPWAY_CACHE_HOME")
    path = Path(home) if home else platformdirs.user_cache_path("slipway")
    path = path / name
    path.mkdir(parents=True, exist_ok=True)
    return path
