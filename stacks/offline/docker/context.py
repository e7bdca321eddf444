"""What a build sees of a folder."""

import hashlib
import stat
from pathlib import Path

from docker.utils import build


def context_hash(context: Path, dockerfile: Path) -> str:
    """
    A hash of all that a build can see: names, modes, content, and the Dockerfile.

    It honours `<Dockerfile>.dockerignore`, else `.dockerignore`, as a build does.
    """
    total = hashlib.sha256(dockerfile.read_bytes())
    for name in sorted(
        build.exclude_paths(str(context), _ignored(context, dockerfile))
    ):
        file = context / name
        mode = file.lstat().st_mode
        if stat.S_ISREG(mode) or (stat.S_ISLNK(mode) and file.is_file()):
            total.update(file.read_bytes())
            total.update(f"{Path(name).as_posix()}{stat.filemode(mode)}".encode())
    return total.hexdigest()


def _ignored(context: Path, dockerfile: Path) -> list[str]:
    own = dockerfile.with_name(f"{dockerfile.name}.dockerignore")
    for file in (own, context / ".dockerignore"):
        if file.is_file():
            lines = (line.strip() for line in file.read_text().splitlines())
            return [line for line in lines if line and not line.startswith("#")]
    return []
