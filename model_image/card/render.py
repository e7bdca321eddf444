"""A card as a self-contained page and as Markdown."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from model_image.server.profile import Categories, Distribution

from . import plot, text
from .card import Card
from .field import Seen

_TEMPLATES = Path(__file__).parent / "templates"
_SHARES = 100


def page(card: Card) -> str:
    """HTML that loads nothing, for screens of any size, light or dark, and paper."""
    return _PAGES.get_template("card.html").render(card=card)


def markdown(card: Card) -> str:
    """The same content for a repository or a wiki."""
    return _TEXTS.get_template("card.md").render(card=card)


def shares(seen: Seen, most: int = _SHARES) -> list[tuple[str, float]]:
    """The commonest categories and their share of all; none for numbers."""
    if not isinstance(seen, Categories) or not seen.values:
        return []
    whole = sum(seen.values.values())
    ranked = sorted(seen.values.items(), key=lambda one: -one[1])
    return [(name, count / whole) for name, count in ranked[:most]]


def _environment(**options: Any) -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **options,
    )
    made.filters |= {
        name: getattr(text, name) for name in ("code", "number", "percent", "seconds")
    }
    made.globals |= {"plot": plot, "shares": shares}
    made.tests["distribution"] = lambda seen: isinstance(seen, Distribution)
    return made


_PAGES = _environment(autoescape=True, finalize=text.plain)
_TEXTS = _environment(autoescape=False, finalize=text.escaped)
