"""`inspect`: what a package holds, without running it."""

import json
from collections.abc import Sequence

import msgspec
from rich.markup import escape
from rich.table import Table

from model_image.evidence import Evidence, read_evidence
from model_image.package import ModelPackage
from model_image.server.manifest import Column, Input, Manifest

from .argument import Json, Package, fetched
from .console import out


def run(package: Package, as_json: Json = False) -> None:
    """Show a package's schema, files and evidence; its checksums are proven first."""
    read = fetched(package)
    evidence = read_evidence(read.path, read.identity)
    if as_json:
        told = {
            "identity": read.identity,
            "manifest": msgspec.to_builtins(read.manifest),
            "evidence": msgspec.to_builtins(evidence),
        }
        out.print_json(json.dumps(told))
        return
    _head(read)
    out.print(_tensors(read.manifest))
    _evidence(evidence)


def _head(package: ModelPackage) -> None:
    manifest = package.manifest
    out.print(f"[bold]{package.name} {package.version}[/] ({manifest.flavour})")
    if manifest.description:
        out.print(manifest.description, markup=False)
    out.print(f"[dim]{package.identity}[/]")


def _tensors(manifest: Manifest) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", "name", "datatype", "shape", "values"):
        table.add_column(heading, overflow="fold")
    for tensor in manifest.inputs:
        for row in _columns(tensor):
            table.add_row("input", *map(escape, row))
    for output in manifest.outputs:
        names = ", ".join(output.labels or output.columns)
        shape = str(list(output.shape))
        cells = (output.name, output.datatype, shape, names)
        table.add_row("output", *map(escape, cells))
    return table


def _columns(tensor: Input) -> Sequence[tuple[str, str, str, str]]:
    shape = str(list(tensor.shape))
    if not tensor.columns:
        return [(tensor.name, tensor.datatype, shape, "")]
    return [
        (column.name, tensor.datatype, shape, _values(column))
        for column in tensor.columns
    ]


def _values(column: Column) -> str:
    parts = []
    if column.categories:
        known = ", ".join(map(str, column.categories[:8]))
        more = ", ..." if len(column.categories) > 8 else ""
        parts.append(f"{'only ' if column.closed else ''}{known}{more}")
    elif column.low is not None and column.high is not None:
        parts.append(f"{column.low:g} to {column.high:g}")
    if column.missing:
        parts.append("may be missing")
    return "; ".join(parts)


def _evidence(evidence: Evidence) -> None:
    for name, value in evidence.metrics.items():
        out.print(f"{name} {value:g}", markup=False)
    if parity := evidence.parity:
        out.print(
            f"equal to the original within {parity.tolerance:g} on {parity.rows} rows "
            f"and {parity.edge_rows} edge rows; largest difference "
            f"{parity.largest_difference:.2g} {parity.where}",
            markup=False,
        )
    if found := evidence.measured:
        out.print(
            f"{found.row_seconds * 1e6:.0f} µs a row (the original "
            f"{found.original_row_seconds * 1e6:.0f}); {found.memory_mb} MB, limit "
            f"suggested {found.suggested_memory_mb} MB; loads in "
            f"{found.load_seconds:.2f} s"
        )
    for note in evidence.notes:
        out.print(note, markup=False)
    if origin := evidence.origin:
        libraries = ", ".join(f"{k} {v}" for k, v in origin.libraries.items())
        out.print(
            f"from {', '.join(origin.files)} ({libraries}), packed {origin.packed}"
        )
