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
from tests.cluster import Cluster
from tests.cluster.down import down
from tests.cluster.execution import ClusterError
from tests.cluster.up import up

ROOT = Path(__file__).parents[1]
# Much of a run waits for containers; a file's tests stay together, in the order of the
# folders: the long ones, which wait most, are then not left for the end.
_AT_ONCE = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")
_BIN = Path(sys.executable).parent
_CLUSTER = "--cluster"
_CONTEXT = "SLIPWAY_TEST_CONTEXT"
_APART = "cluster or judge"
_NOTHING_CHOSEN = 5
_CHECKS = (
    ("format", [str(_BIN / "ruff"), "format", "--check", "--quiet", "."]),
    ("lint", [str(_BIN / "ruff"), "check", "--quiet", "."]),
    ("types", [str(_BIN / "pyright")]),
)


def main() -> None:
    """
    Run the checks, then pytest with what is left of the command line.

    The long proofs run under `--proofs` only. Docker is installed and started when it
    may be; where it may not, its tests are skipped and say why. Tests of a cluster run
    after all others, one at a time, where there is one: `--cluster` makes it.
    """
    options = [one for one in sys.argv[1:] if one != _CLUSTER]
    if not any(not option.startswith("-") for option in options):
        for name, command in _CHECKS:
            print(f"== {name}", flush=True)
            if subprocess.run(command, cwd=ROOT, check=False).returncode:
                sys.exit(1)
    # A shell that runs this in the background has every child ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _program("bwrap", "bubblewrap")
    _program("chromium", "chromium")
    _program("shellcheck", "shellcheck")
    environment = {**os.environ, **_docker()}
    # Else each of the hundreds of commands that are tested compiles all its imports.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    make = _CLUSTER in sys.argv and not Cluster().is_up()
    if not (make or _there_is_one(environment)):
        sys.exit(_pytest(*_AT_ONCE, *options, environment=environment))
    apart = ("-m", f"not ({_APART})")
    failed = _pytest(*_AT_ONCE, *apart, *options, environment=environment)
    try:
        environment |= _cluster(environment, make=make)
        failed |= _pytest("-m", _APART, *options, environment=environment)
    finally:
        if make:
            down(Cluster(), _say)
    sys.exit(failed)


def _there_is_one(environment: dict[str, str]) -> bool:
    return _CONTEXT in environment or Cluster().is_up()


def _pytest(*words: str, environment: dict[str, str]) -> int:
    """Its exit code; that nothing was chosen is no failure of one part of two."""
    print("== tests", flush=True)
    command = [sys.executable, "-m", "pytest", *words]
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    return 0 if code == _NOTHING_CHOSEN and _APART in " ".join(words) else code


def _cluster(environment: dict[str, str], *, make: bool) -> dict[str, str]:
    """What the tests of a cluster need to know, of the user's own or the tests'."""
    judged = {"SLIPWAY_TEST_JUDGES": "yes"}
    if _CONTEXT in environment:
        return judged
    own = Cluster()
    if make:
        try:
            up(own, _say)
        except (ClusterError, PackagesError) as error:
            _say(f"no cluster: {error}")
            return judged
    kubeconfig = str(own.kubeconfig)
    return {**judged, _CONTEXT: own.context, "KUBECONFIG": kubeconfig}


def _program(name: str, package: str) -> None:
    """What models are loaded in, a browser, a judge; without it tests are skipped."""
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
