"""Markdown: tables, and the places in a document that a program writes."""

from collections.abc import Iterable, Sequence
from pathlib import Path


class DocumentError(Exception):
    """A document without the place to write to; the message is one sentence."""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; all columns but the first hold figures."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(document: Path, place: str, text: str) -> None:
    """Put the text between the document's two marks of that name."""
    begin, end = f"<!-- {place} -->", f"<!-- end of {place} -->"
    whole = document.read_text() if document.exists() else ""
    before, found, rest = whole.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise DocumentError(
            f"{document.name} has no place to write to; put {begin} and {end} in it"
        )
    made = document.with_suffix(".new")
    made.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}")
    made.replace(document)
