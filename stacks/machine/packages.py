"""Packages of the machine's own distribution, installed only with a word about it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


class PackagesError(Exception):
    """The machine lacks something that Slipway may or can not install."""


def install_packages(*names: str) -> None:
    """
    Install `names` with apt: as root, on Debian or Ubuntu; raises PackagesError.

    On a terminal it asks first; without one it says what it does, since a pipeline has
    nobody to ask.
    """
    listed = " ".join(names)
    if os.geteuid() != 0 or not _is_debian() or not shutil.which("apt-get"):
        raise PackagesError(
            f"this machine lacks {listed}, which Slipway installs only as root on "
            "Debian or Ubuntu; install it and try again"
        )
    if sys.stdin.isatty():
        print(f"Slipway needs the system packages {listed}. ", end="", file=sys.stderr)
        if input("Install them now? [Y/n] ").strip().lower() not in ("", "y", "yes"):
            raise PackagesError(f"{listed} must be installed first")
    else:
        print(f"Slipway: installing the system packages {listed}", file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "--quiet=2"],
        ["apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", *names],
    ):
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False
        )
        if result.returncode != 0:
            words = (result.stderr or result.stdout).strip().splitlines() or [
                "no output"
            ]
            raise PackagesError(f"`{' '.join(command)}` failed: {words[-1]}")


def _is_debian() -> bool:
    try:
        text = Path("/etc/os-release").read_text()
    except OSError:
        return False
    return any(name in text for name in ("ID=debian", "ID=ubuntu", "ID_LIKE=debian"))
