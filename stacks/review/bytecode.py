"""Bytecode for a revision's sources, of which nearly all were compiled before."""

import importlib.util
import os
import py_compile
import shutil
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from model_image import cache

_KEPT_S = 30 * 24 * 3600


def compiled(root: Path) -> None:
    """
    Put bytecode beside each source below `root`; what does not compile gets none.

    It is known by what it was made of, and made here: the contained programs that run
    it cannot write to where it is kept.
    """
    kept = cache.folder(f"bytecode/{importlib.util.MAGIC_NUMBER.hex()}")
    for source in root.rglob("*.py"):
        one = kept / f"{sha256(source.read_bytes()).hexdigest()}.pyc"
        if one.exists() or _made(source, one):
            target = Path(importlib.util.cache_from_source(source))
            target.parent.mkdir(exist_ok=True)
            _linked(one, target)
    for old in kept.iterdir():
        if old.stat().st_mtime < time.time() - _KEPT_S:
            old.unlink(missing_ok=True)


def _made(source: Path, one: Path) -> bool:
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    with suppress(py_compile.PyCompileError):
        # It is written beside its place and renamed, so that two at once do no harm.
        py_compile.compile(str(source), str(one), doraise=True, invalidation_mode=mode)
        return True
    return False


def _linked(one: Path, target: Path) -> None:
    try:
        os.link(one, target)
    except FileExistsError:
        pass
    except OSError:
        shutil.copyfile(one, target)  # on another disk
