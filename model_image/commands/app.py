"""The commands together, and what becomes of an error: one sentence, one exit code."""

import sys

import typer

from model_image.errors import PackError
from model_image.server.manifest import ManifestError

from . import card, diff, inspect, pack, serve, verify
from .console import err

FAILED = 2

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="From a trained model's files to a package that can be trusted.",
)
for module in (pack, inspect, verify, serve, diff, card):
    app.command(module.__name__.rpartition(".")[2])(module.run)


def main() -> None:
    """Run a command; 0 done, 1 a check failed, 2 what was given cannot be used."""
    try:
        app(prog_name="python -m model_image")
    except (PackError, ManifestError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"this machine could not do its part: {error}")


def _fail(sentence: str) -> None:
    err.print("[bold red]error:[/bold red] ", end="")
    err.print(sentence, markup=False)
    sys.exit(FAILED)
