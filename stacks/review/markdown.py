"""A review as Markdown: the gravest first, and never longer than a host takes."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from stacks.releases.ledger.event import short

from .groups import ALL, Detail, Group, counts, groups
from .record import Review

MARK = "<!-- slipway: review -->"
"""By which the one comment of a pull request is found again."""
LIMIT = 65_536
"""How many characters GitHub takes in a comment."""
_LESS = (ALL, Detail(20, 60), Detail(6, 25), Detail(2, 10), Detail(0, 0))


def markdown(reviews: Sequence[Review], *, limit: int = LIMIT, more: str = "") -> str:
    """
    All of the reviews, or as much of them as fits into `limit` characters.

    `more` is where all of it is to be found, which is said where something is left out.
    """
    text = ""
    for detail in _LESS:
        text = _rendered(reviews, detail, more)
        if len(text) <= limit:
            return text
    # Hundreds of stacks: what each line of the table says is in the whole as well.
    cut = "\n\n… and more, cut here."
    return text[: limit - len(cut)].rsplit("\n", 1)[0] + cut


def _rendered(reviews: Sequence[Review], detail: Detail, more: str) -> str:
    return _template().render(
        reviews=reviews,
        mark=MARK,
        groups=lambda stack: list(groups(stack, detail)),
        counts=counts,
        more=more,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters |= {
        "cell": cell,
        "block": _block,
        "figure": _figure,
        "heading": _heading,
        "short": short,
    }
    return environment.get_template("review.md.j2")


def _heading(group: Group) -> str:
    if not group.names:
        return group.plain
    names = ", ".join(f"**{cell(one)}**" for one in group.names)
    named = " ".join(filter(None, (names, group.more)))
    return f"{group.done.capitalize()}: {named} ({group.kinds})"


def cell(text: str) -> str:
    """A text of somebody else within Markdown: it makes nothing but itself."""
    told = " ".join(text.split())
    for sign, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        told = told.replace(sign, safe)
    for sign in "\\`*_|[]#":
        told = told.replace(sign, f"\\{sign}")
    # No one is called, and no other request is named, by what a program prints.
    return told.replace("@", "@\u200b")


def _block(lines: Iterable[str]) -> str:
    """Lines of a diff within a fence that nothing in them can end."""
    return "\n".join(line.replace("```", "``\u200b`") for line in lines)


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.6g}"
