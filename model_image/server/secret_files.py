"""Secrets that a platform can hand over in the environment alone, made files."""

import os
from collections.abc import MutableMapping
from pathlib import Path

NAMES = "SLIPWAY_SECRETS"
"""The variable that names those that are secrets: `NAME,OTHER`."""
FOLDER = Path("/run/secrets")


def unload(env: MutableMapping[str, str], folder: Path = FOLDER) -> None:
    """
    Take the secrets out of `env`, so that no child has them, and into files.

    Each is a file of its own by its name, which only the server's user can read.
    OSError where the folder cannot be written.
    """
    for name in filter(None, env.pop(NAMES, "").split(",")):
        value = env.pop(name, None)
        if value is not None:
            path = folder / name
            path.unlink(missing_ok=True)
            with open(
                os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w"
            ) as f:
                f.write(value)
