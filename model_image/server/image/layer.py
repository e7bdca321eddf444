"""The last step of every layer: the same tree becomes the same bytes."""

import compileall
import os
import shutil
import stat
import sys
from pathlib import Path
from py_compile import PycInvalidationMode


def finish(tree: Path) -> None:
    """
    Compile what is Python in this tree, and take out what differs between builds.

    Compiled files carry no time and are not checked against their source at run time,
    which a read-only image cannot change.
    """
    for cache in sorted(tree.rglob("__pycache__")):
        shutil.rmtree(cache)
    compiled = compileall.compile_dir(
        tree,
        maxlevels=99,
        quiet=2,
        force=True,
        stripdir=str(tree),
        prependdir="/",
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
        workers=1,
    )
    if not compiled:
        sys.exit(f"some Python file under {tree} does not compile")
    moment = int(os.environ.get("SOURCE_DATE_EPOCH") or 0)
    # Deepest first: touching a file's folder last is what keeps the folder's time.
    for path in sorted([tree, *tree.rglob("*")], reverse=True):
        if not path.is_symlink():
            path.chmod(_mode(path))
        os.utime(path, (moment, moment), follow_symlinks=False)


def _mode(path: Path) -> int:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        return 0o1777 if mode & stat.S_ISVTX else 0o755
    return 0o755 if mode & stat.S_IXUSR else 0o644


if __name__ == "__main__":
    finish(Path(sys.argv[1]))
