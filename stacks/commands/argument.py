"""What several commands take."""

from typing import Annotated

import typer

Stack = Annotated[str, typer.Argument(help="The stack's name, such as dev.")]
Json = Annotated[bool, typer.Option("--json", help="For machines.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
