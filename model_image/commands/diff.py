"""`diff`: what a new version changes for those who call the old one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.markup import escape
from rich.table import Table

from model_image.comparison import Comparison, Figures, compared
from model_image.disagreement import Disagreement, OutputGap

from .argument import Json, Package, fetched
from .console import out, progress

REFUSED = 1
_MOST = 10
_MARKS = {
    "major": "[red]breaking[/]",
    "minor": "[green]addition[/]",
    "patch": "[dim]harmless[/]",
}


def run(
    old: Package,
    new: Package,
    data: Annotated[
        Path | None,
        typer.Option(help="Rows to ask both: CSV, TSV, JSON or JSON lines."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare two packages; exit 1 when a breaking change has too small a version."""
    before, after = fetched(old), fetched(new)
    with progress() as say:
        found = compared(before, after, data, say)
    if as_json:
        out.print_json(msgspec.json.encode(found).decode())
    else:
        _show(found)
    if not found.allowed:
        raise typer.Exit(REFUSED)


def _show(found: Comparison) -> None:
    old, new = found.old, found.new
    named = new.name if new.name == old.name else f"{old.name} to {new.name}"
    out.print(f"[bold]{named} {old.version} to {new.version}[/]")
    for weight, mark in _MARKS.items():
        _changes([one.sentence for one in found.changes if one.weight == weight], mark)
    if not found.changes:
        out.print("  the schema is the same")
    out.print(f"  {_verdict(found)}")
    _figures("metrics", found.metrics)
    _figures("measured", found.measured)
    _answers(found.answers)


def _changes(sentences: Sequence[str], mark: str) -> None:
    for sentence in sentences[:_MOST]:
        out.print(f"  {mark}  {escape(sentence)}")
    if len(sentences) > _MOST:
        out.print(f"  {mark}  and {len(sentences) - _MOST} more, in --json")


def _verdict(found: Comparison) -> str:
    if found.step_asked == "none":
        return "both are the same package"
    asked = f"this asks for a {found.step_asked} step, {found.version_asked} or later"
    if not found.allowed:
        return f"[bold red]{asked}; {found.new.version} is too small a step[/]"
    return f"{asked}; {found.new.version} is {_taken(found.step_taken)}"


def _taken(step: str) -> str:
    words = {"none": "the same version", "back": "a step back"}
    return words.get(step, f"a {step} step")


def _figures(title: str, figures: dict[str, Figures]) -> None:
    if not figures:
        return
    table = Table(box=None, padding=(0, 2, 0, 0), title_justify="left")
    table.add_column(title, overflow="fold")
    for heading in ("old", "new", "difference"):
        table.add_column(heading, justify="right")
    for name, figure in figures.items():
        values = (figure.old, figure.new, figure.difference)
        cells = ["-" if value is None else f"{value:.6g}" for value in values]
        table.add_row(escape(name), *cells)
    out.print()
    out.print(table)


def _answers(found: Disagreement) -> None:
    out.print()
    out.print(f"answers to {found.source}", markup=False)
    refused = f"refused: {found.refused_by_old} by the old one, "
    out.print(
        f"  {found.compared} compared; {refused}{found.refused_by_new} by the new"
    )
    for sentence in found.first_refusals:
        out.print(f"    {sentence}", markup=False)
    for gap in found.outputs:
        out.print(f"  {_gap(gap, found.compared)}", markup=False)


def _gap(gap: OutputGap, rows: int) -> str:
    if not gap.where:
        return f"{gap.output}: the same in all {rows}"
    if gap.largest is None and not gap.differing:
        return f"{gap.output}: {gap.where}"
    numbers = "" if gap.largest is None else f", by {gap.largest:.3g} at most"
    return f"{gap.output}: {gap.differing} of {rows} differ{numbers} ({gap.where})"
