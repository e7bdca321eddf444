"""`verify`: prove a package again, alone or beside the model it was made from."""

import json
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from model_image.verify import verified

from .argument import Json, Package, fetched
from .console import out, progress


def run(
    package: Package,
    against: Annotated[
        list[Path] | None,
        typer.Option(help="The original's files, for parity; may be repeated."),
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Sample rows for parity.")] = None,
    target: Annotated[
        list[str] | None, typer.Option(help="Columns of the sample that are answers.")
    ] = None,
    trust: Annotated[
        list[str] | None, typer.Option(help="Names that a pickle may use.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Prove checksums and stored example, and with --against that answers are equal."""
    read = fetched(package)
    given = {"data": data, "target": target or (), "trust": trust or ()}
    with progress() as say:
        proof = verified(read, against or [], given, say)
    if as_json:
        out.print_json(json.dumps(msgspec.to_builtins(proof)))
        return
    out.print(f"[bold]{read.name} {read.version}[/] is whole and answers its example")
    if parity := proof.parity:
        out.print(
            f"equal to the original on {parity.rows} rows and {parity.edge_rows} edge "
            f"rows: largest difference {parity.largest_difference:.2g}"
        )
