"""What must hold of whatever a stack declares, on every platform."""

from .book import RULES, Finding, Rule, broken
from .declared import Asked, Copy, Declared, read
from .judged import Judged, judged, sorted_out
from .told import UNTOLD, Resource
from .waivers import Waiver, read_waivers

__all__ = [
    "RULES",
    "UNTOLD",
    "Asked",
    "Copy",
    "Declared",
    "Finding",
    "Judged",
    "Resource",
    "Rule",
    "Waiver",
    "broken",
    "judged",
    "read",
    "read_waivers",
    "sorted_out",
]
