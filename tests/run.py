"""One run of all that proves the project: format, lint, types, tests."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from stacks.machine.base_image import require_base
from stacks.machine.docker import MachineError, docker_cli, require_docker
from stacks.machine.packages import PackagesError, install_packages
from stacks.settings.build import BuildSettings

ROOT = Path(__file__).parents[1]
# Much of a run waits for containers; a file's tests stay together, in the order of the
# folders: the long ones, which wait most, are then not left for the end.
_AT_ONCE = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")
_BIN = Path(sys.executable).parent
_CHECKS = (
    ("format", [str(_BIN / "ruff"), "format", "--check", "--quiet", "."]),
    ("lint", [str(_BIN / "ruff"), "check", "--quiet", "."]),
    ("types", [str(_BIN / "pyright")]),
)


def main() -> None:
    """
    Run the checks, then pytest with what is left of the command line.

    The long proofs run under `--proofs` only. Docker is installed and started when it
    may be; where it may not, its tests are skipped and say why.
    """
    options = sys.argv[1:]
    if not any(not option.startswith("-") for option in options):
        for name, command in _CHECKS:
            print(f"== {name}", flush=True)
            if subprocess.run(command, cwd=ROOT, check=False).returncode:
                sys.exit(1)
    print("== tests", flush=True)
    # A shell that runs this in the background has every child ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _program("bwrap", "bubblewrap")
    _program("chromium", "chromium")
    environment = {**os.environ, **_docker()}
    command = [sys.executable, "-m", "pytest", *_AT_ONCE, *options]
    sys.exit(subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode)


def _program(name: str, package: str) -> None:
    """What models are loaded in, a browser: without it the tests for it are skipped."""
    if not shutil.which(name):
        try:
            install_packages(package)
        except PackagesError as error:
            _say(str(error))


def _docker() -> dict[str, str]:
    """What the Docker tests need to know, or why there is no Docker."""
    try:
        require_docker(_say)
        require_base(_say)
        return {
            "SLIPWAY_DOCKER": docker_cli(),
            "SLIPWAY_TEST_BASE": BuildSettings().base,
        }
    except MachineError as error:
        return {"SLIPWAY_TEST_NO_DOCKER": str(error)}


def _say(sentence: str) -> None:
    print(f"   {sentence}", flush=True)
