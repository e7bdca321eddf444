"""The two engines behind one form: the Pulumi CLI, and the offline one without it."""

import json
import shutil
import subprocess
import sys
from typing import Any, Protocol

from stacks.machine.virtualenv import ROOT
from stacks.offline import run as offline
from stacks.offline.errors import Interrupted
from stacks.releases.lock import Refused
from stacks.settings.stack import StackSettings

from .console import err
from .progress import Steps


class PulumiFailed(Exception):
    """The Pulumi CLI ended with this code; its own words are on the terminal."""

    def __init__(self, code: int) -> None:
        super().__init__(f"pulumi ended with {code}")
        self.code = code


class StackEngine(Protocol):
    """Brings a stack to what its program declares; returns the stack's outputs."""

    def up(self, stack: str) -> dict[str, Any]: ...

    def preview(self, stack: str) -> None: ...

    def destroy(self, stack: str, *, data: bool) -> None: ...


class PulumiCli:
    """The Pulumi CLI on PATH, with the backend that the user is logged in to."""

    def up(self, stack: str) -> dict[str, Any]:
        self._run("stack", "select", "--create", stack)
        self._run("up", "--yes", "--skip-preview", "--stack", stack)
        output = ["pulumi", "stack", "output", "--json", "--stack", stack]
        answer = subprocess.run(output, cwd=ROOT, capture_output=True, check=False)
        return json.loads(answer.stdout or b"{}")

    def preview(self, stack: str) -> None:
        self._run("stack", "select", "--create", stack)
        self._run("preview", "--diff", "--stack", stack)

    def destroy(self, stack: str, *, data: bool) -> None:
        self._run("destroy", "--yes", "--stack", stack)

    def _run(self, *words: str) -> None:
        # Its progress goes where all progress goes; standard output is for results.
        command = ["pulumi", *words]
        with subprocess.Popen(command, cwd=ROOT, stdout=sys.stderr) as process:
            code, stopped = _patiently(process)
        if stopped:
            raise Interrupted(f"pulumi {words[0]} was stopped; run it again to go on")
        if code != 0:
            raise PulumiFailed(code)


def _patiently(process: subprocess.Popen[bytes]) -> tuple[int, bool]:
    """
    Its exit code, and whether a person stopped it.

    Ctrl-C reaches Pulumi too, which ends in order; the third one ends it at once.
    """
    stopped = False
    for _ in range(2):
        try:
            return process.wait(), stopped
        except KeyboardInterrupt:
            stopped = True
    return process.wait(), stopped


class OfflineEngine:
    """Slipway's own small engine, for the local platform."""

    def up(self, stack: str) -> dict[str, Any]:
        with Steps(stack, "up") as steps:
            summary = offline.up(ROOT, stack, steps)
            steps.total(summary)
        return dict(summary.outputs)

    def preview(self, stack: str) -> None:
        with Steps(stack, "preview") as steps:
            steps.total(offline.preview(ROOT, stack, steps))

    def destroy(self, stack: str, *, data: bool) -> None:
        with Steps(stack, "destroy") as steps:
            steps.total(offline.destroy(ROOT, stack, steps, remove_data=data))


def stack_engine(stack: str) -> StackEngine:
    """
    The engine that made the stack; for a new one the CLI when it is on PATH.

    A stack stays with its engine until it is destroyed, also when a CLI is installed
    in between. Anything but this machine needs the CLI: Refused without it.
    """
    if shutil.which("pulumi") and not offline.owns(ROOT, stack):
        return PulumiCli()
    kind = StackSettings.read(ROOT, stack).platform.kind
    if kind != "local":
        raise Refused(
            f"{stack} runs on {kind}, which goes through Pulumi; put its CLI on PATH "
            "(https://www.pulumi.com/docs/install)"
        )
    err.print(f"[dim]{offline.BANNER}[/dim]")
    return OfflineEngine()
