"""The commands together; the one that is asked for is the only one imported."""

import importlib
import sys
from collections.abc import Sequence

import typer

COMMANDS = (
    "up",
    "preview",
    "diff",
    "changed",
    "comment",
    "issue",
    "destroy",
    "status",
    "logs",
    "verify",
    "promote",
    "rollback",
    "hold",
    "veto",
    "approve",
    "history",
    "break-glass",
    "retry",
    "open",
    "dashboard",
    "compose",
    "render",
    "batch",
    "init",
    "doctor",
)


def main() -> None:
    """
    Run a command; 0 done, 1 refused, 2 usage, 3 failed and what ran still runs.

    4 is for a person to look at now: something is neither as it was nor as asked for.
    """
    try:
        _app(sys.argv[1:])(prog_name="python -m stacks")
    except Exception as error:
        from .ending import end  # it knows every error there is, and imports them

        end(error)


def _app(words: Sequence[str]) -> typer.Typer:
    """With the command that is named first, or with all for whoever looks around."""
    app = typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback(no_args_is_help=True)(_all)
    for name in COMMANDS if words[:1] not in [[one] for one in COMMANDS] else words[:1]:
        module = importlib.import_module(f".{name.replace('-', '_')}", __package__)
        app.command(name)(module.run)
    return app


def _all() -> None:
    """From a trained model file to a verified service, on this machine or a cloud."""
