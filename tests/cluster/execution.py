"""Commands of this machine: what they print, or their last words as an error."""

import os
import subprocess
from pathlib import Path


class ClusterError(Exception):
    """The cluster cannot be built, started or taken away; the text says why."""


def require_root() -> None:
    """Raise ClusterError for anybody else."""
    if os.geteuid() != 0:
        raise ClusterError("a node is root's; run this as root")


def environment() -> dict[str, str]:
    """This process's own, with root's programs, and no proxy between the parts."""
    direct = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy")
    }
    return {**direct, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}


def run(*command: str | Path, given: str | None = None) -> str:
    """What a command prints, which reads `given`; raises ClusterError if it fails."""
    result = _result(*command, given=given)
    if result.returncode != 0:
        words = (result.stderr or result.stdout).strip().splitlines() or ["no output"]
        shown = " ".join(str(part) for part in command)
        raise ClusterError(f"`{shown}` failed: {words[-1]}")
    return result.stdout


def succeeds(*command: str | Path) -> bool:
    """Whether a command ends well; what it prints is of no interest."""
    return _result(*command).returncode == 0


def _result(
    *command: str | Path, given: str | None = None
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            env=environment(),
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))
