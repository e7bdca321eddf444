"""Small files that every review needs, linked from where an earlier one left them."""

import os
import shutil
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from model_image import cache

_KEPT_S = 30 * 24 * 3600


def kept(name: str) -> Path:
    """A folder of the cache; what was put there a month ago is gone from it."""
    folder = cache.folder(name)
    for old in folder.iterdir():
        with suppress(FileNotFoundError):  # another review does the same
            if old.stat().st_mtime < time.time() - _KEPT_S:
                old.unlink()
    return folder


def stored(folder: Path, content: bytes) -> Path:
    """A file there with this content, even if a program wrote to what was kept."""
    one = folder / sha256(content).hexdigest()
    if not one.exists() or one.read_bytes() != content:
        with NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(content)
        os.chmod(file.name, 0o644)
        os.replace(file.name, one)
    return one


def link(one: Path, target: Path) -> None:
    """
    Put a kept file at `target` too; raises FileExistsError where something is.

    A link costs a tenth of a new file, of which a revision has hundreds.
    """
    try:
        os.link(one, target)
    except FileExistsError:
        raise
    except OSError:
        with target.open("xb") as file, one.open("rb") as source:  # on another disk
            shutil.copyfileobj(source, file)
        shutil.copymode(one, target)
