"""What must hold of whatever a stack declares, on every platform."""

from .book import RULES, Finding, Rule, broken
from .declared import Asked, Copy, Declared, read
from .told import UNTOLD, Resource

__all__ = [
    "RULES",
    "UNTOLD",
    "Asked",
    "Copy",
    "Declared",
    "Finding",
    "Resource",
    "Rule",
    "broken",
    "read",
]
