"""Bytecode for a revision's sources, of which nearly all were compiled before."""

import importlib.util
import py_compile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from .kept import kept, link


def compiled(root: Path) -> None:
    """
    Put bytecode beside each source below `root`; what does not compile gets none.

    It is known by what it was made of, and made here: the contained programs that run
    it cannot write to where it is kept.
    """
    folder = kept(f"bytecode/{importlib.util.MAGIC_NUMBER.hex()}")
    for source in root.rglob("*.py"):
        one = folder / f"{sha256(source.read_bytes()).hexdigest()}.pyc"
        if one.exists() or _made(source, one):
            target = Path(importlib.util.cache_from_source(source))
            target.parent.mkdir(exist_ok=True)
            with suppress(FileExistsError):
                link(one, target)


def _made(source: Path, one: Path) -> bool:
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    with suppress(py_compile.PyCompileError):
        # It is written beside its place and renamed, so that two at once do no harm.
        py_compile.compile(str(source), str(one), doraise=True, invalidation_mode=mode)
        return True
    return False
