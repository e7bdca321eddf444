"""
The model card: one page for people, from what the package and its evidence say.

Names in a package come from strangers' data, so both templates escape every value by
default; nothing in a card is loaded from elsewhere.
"""

from .card import Card
from .render import markdown, page

__all__ = ["Card", "markdown", "page"]
