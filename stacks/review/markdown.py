"""A review as Markdown: the gravest first, and never longer than a host takes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from stacks.releases.ledger.event import short

from .record import VERBS, Property, Resource, Review, StackReview

MARK = "<!-- slipway: review -->"
"""By which the one comment of a pull request is found again."""
LIMIT = 65_536
"""How many characters GitHub takes in a comment."""
_DONE = {
    "replace": "replaced",
    "remove": "removed",
    "change": "changed",
    "add": "added",
}
_SIGN = {"replace": "±", "remove": "-", "change": "~", "add": "+"}


@dataclass(frozen=True)
class Detail:
    """How much is said of what is less grave than a replacement."""

    properties: int
    """Of each resource."""
    resources: int
    """Of each verb, in each stack."""


_LESS = (Detail(200, 200), Detail(20, 60), Detail(6, 25), Detail(2, 10), Detail(0, 0))


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
        "short": short,
    }
    return environment.get_template("review.md.j2")


def counts(stack: StackReview) -> str:
    """How many resources are replaced, removed, changed and added."""
    found = ((len(stack.of(verb)), verb) for verb in VERBS)
    return ", ".join(f"{count} {_DONE[verb]}" for count, verb in found if count)


@dataclass(frozen=True)
class Group:
    """Resources to which the same happens."""

    title: str
    """In Markdown."""
    plain: str
    grave: bool
    lines: tuple[str, ...]
    left_out: int


def groups(stack: StackReview, detail: Detail = _LESS[0]) -> Iterator[Group]:
    """What happens to its resources: the gravest first, those alike at once."""
    for verb in VERBS:
        alike: dict[tuple[Property, ...] | str, list[Resource]] = {}
        for one in stack.of(verb):
            # Ten resources with one new label are one thing to look at.
            alike.setdefault(one.properties or one.name, []).append(one)
        listed = list(alike.values())
        grave = verb in ("replace", "remove")
        most = max(detail.resources, 5) if grave else detail.resources
        for resources in listed[:most]:
            yield _group(resources, detail.properties)
        if left := sum(len(one) for one in listed[most:]):
            told = f"and {left} more {_DONE[verb]}"
            yield Group(told, told, False, (), 0)


def _group(resources: list[Resource], most: int) -> Group:
    first = resources[0]
    names = [one.name for one in resources[:8]]
    more = f" and {len(resources) - 8} more" if len(resources) > 8 else ""
    kinds = ", ".join(dict.fromkeys(_kind(one.type) for one in resources))
    done = _DONE[first.verb]
    bold = ", ".join(f"**{cell(one)}**" for one in names)
    title = f"{done.capitalize()}: {bold}{more} ({kinds})"
    grave = first.verb in ("replace", "remove")
    lines = [line for one in first.properties[:most] for line in _lines(one)]
    left = max(0, len(first.properties) - most)
    plain = f"{_SIGN[first.verb]} {', '.join(names)}{more} {done} ({kinds})"
    return Group(title, plain, grave, tuple(lines), left)


def _lines(one: Property) -> Iterator[str]:
    if one.lines is not None:
        yield f"  {one.path}:"
        yield from one.lines.splitlines()
        return
    if one.before is not None:
        yield f"- {one.path}: {one.before}"
    if one.after is not None:
        yield f"+ {one.path}: {one.after}"


def _kind(type: str) -> str:
    return type.rpartition(":")[2]


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
