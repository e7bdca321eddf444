"""What a person watches while the offline engine works: one line a step."""

import time
from collections import deque
from typing import Self

from rich.markup import escape
from rich.status import Status

from stacks.offline.progress import Step, Summary

from .console import err

_SIGN = {
    "create": "[green]+[/green]",
    "update": "[yellow]~[/yellow]",
    "replace": "[magenta]±[/magenta]",
    "delete": "[red]-[/red]",
    "delete-replaced": "[red]-[/red]",
}
_DONE = {
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
    "delete-replaced": "deleted (replaced)",
    "same": "unchanged",
}


class Steps:
    """Prints each step that changes something, and keeps the current one in sight."""

    def __init__(self, stack: str, verb: str) -> None:
        self._stack = stack
        self._verb = verb
        self._status = Status(f"{verb} {stack}", console=err)
        self._begun = time.monotonic()
        self._build: deque[str] = deque(maxlen=30)

    def __enter__(self) -> Self:
        self._status.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._status.stop()

    def started(self, step: Step) -> None:
        self._build.clear()
        self._status.update(f"{step.op} {_kind(step)} {step.name}")

    def finished(self, step: Step) -> None:
        if step.op == "same":
            return
        took = f" [dim]{step.seconds:.1f} s[/dim]" if step.seconds >= 0.1 else ""
        what = ", ".join(sorted(step.diff)) if step.op in ("update", "replace") else ""
        err.print(
            f"  {_SIGN[step.op]} {_kind(step)} [bold]{step.name}[/bold]"
            f"{took}{f' [dim]({what})[/dim]' if what else ''}"
        )

    def failed(self, step: Step, error: str) -> None:
        for line in self._build:
            err.print(f"    {line}", style="dim", markup=False)
        err.print(f"  [red]![/red] {_kind(step)} [bold]{step.name}[/bold] failed")

    def log(self, message: str, urn: str) -> None:
        """A build talks a lot: its lines pass by, and stay only when it fails."""
        if "docker-build:index:Image" in urn:
            self._build.append(message)
            self._status.update(escape(message[:100]))
        else:
            err.print(f"    {message}", style="dim", markup=False)

    def total(self, summary: Summary) -> None:
        """The last line: how much changed, in all."""
        changed = [
            f"{number} {_DONE[op]}"
            for op, number in sorted(summary.changes.items())
            if op != "same"
        ]
        same = f"{summary.changes.get('same', 0)} unchanged"
        took = time.monotonic() - self._begun
        would = "would be " if self._verb == "preview" else ""
        what = f"{would}{', '.join(changed)}" if changed else "0 changes"
        err.print(f"{self._stack}: {what}, {same} [dim]({took:.1f} s)[/dim]")


def _kind(step: Step) -> str:
    """`docker:index/container:Container` is a Container to a person."""
    return step.type.rpartition(":")[2].lower()
