"""`doctor`: what this machine has, what it lacks, and what to do about it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import chain

from rich.table import Table

from stacks.machine.docker import MachineError, docker_cli
from stacks.machine.virtualenv import ROOT
from stacks.observe.registry import answers
from stacks.releases.ledger import LedgerError, ledger_for
from stacks.settings import local_state
from stacks.settings.stack import StackSettings, stack_names

from .cloud_check import Finding, findings
from .console import out


def run() -> None:
    """Say what this machine has and lacks; changes nothing. Exit 1 when it lacks."""
    table = Table(box=None, show_header=False, pad_edge=False)
    lacking = False
    own = ((name, check()) for name, check in _CHECKS.items())
    for name, (good, found) in chain(own, _of_stacks()):
        lacking = lacking or not good
        mark = "[green]ok[/green]" if good else "[red]no[/red]"
        table.add_row(mark, name, found)
    out.print(table)
    if lacking:
        sys.exit(1)


def _of_stacks() -> Iterator[tuple[str, Finding]]:
    """Of those in a cloud; what nobody has asks for no credentials."""
    for name in stack_names(ROOT):
        yield from findings(name, StackSettings.read(ROOT, name))


def _python() -> Finding:
    return True, f"{sys.version.split()[0]}, {sys.prefix}"


def _docker() -> Finding:
    import docker
    from docker.errors import DockerException

    try:
        version = docker.from_env(timeout=5).version()["Version"]
    except DockerException:
        root = os.geteuid() == 0
        way = "`python -m stacks up` installs it" if root else "install and start it"
        return False, f"does not answer; {way}"
    return True, f"Engine {version}"


def _builder() -> Finding:
    try:
        return True, docker_cli()
    except MachineError as error:
        return False, str(error)


def _base() -> Finding:
    made = local_state.read("machine.json").get("base")
    return True, made or "the Dockerfile's own, pulled when it is first needed"


def _registry() -> Finding:
    for name in stack_names(ROOT):
        settings = StackSettings.read(ROOT, name)
        if settings.tier == "shared" and settings.registry.kind == "local":
            address = settings.registry.address
            if not answers(address):
                return False, f"{address} does not answer; python -m stacks up {name}"
    return True, "every local one answers"


def _engine() -> Finding:
    if not shutil.which("pulumi"):
        return True, "offline (no pulumi on PATH); local platform only"
    if not _quiet("docker", "buildx", "version"):
        return False, "Pulumi builds images with Docker's buildx plugin; install it"
    if not _quiet("pulumi", "whoami", "--non-interactive"):
        return (
            False,
            "pulumi is not logged in; `pulumi login`, or `pulumi login --local`",
        )
    return True, f"Pulumi CLI, {shutil.which('pulumi')}"


def _ledger() -> Finding:
    try:
        ledger = ledger_for(ROOT)
        return True, f"{len(ledger.events())} events"
    except LedgerError as error:
        return False, str(error)


def _quiet(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


_CHECKS: dict[str, Callable[[], Finding]] = {
    "Python": _python,
    "Docker": _docker,
    "builder": _builder,
    "base image": _base,
    "registry": _registry,
    "engine": _engine,
    "ledger": _ledger,
}
