"""
What a new version of a model changes for its callers, and the version that asks for.

A change is breaking when a request that the old version takes may be refused, or be
understood otherwise, by the new one, through /predict or the v2 protocol; or when an
answer no longer has the form that callers read.
"""

from .change import Change, Weight
from .schema import changes
from .version import (
    Step,
    Taken,
    asked_version,
    check_version,
    is_bold_enough,
    step,
    taken,
)

__all__ = [
    "Change",
    "Step",
    "Taken",
    "Weight",
    "asked_version",
    "changes",
    "check_version",
    "is_bold_enough",
    "step",
    "taken",
]
