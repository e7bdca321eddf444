"""Runs the program where there is no Pulumi CLI, or no credential."""

from .declaration import Comparison, Declaration, compare, declare
from .errors import HookFailed, Interrupted, OfflineError, ProgramFailed, StepFailed
from .progress import Progress, Step, Summary
from .run import BANNER, destroy, owns, preview, up

__all__ = [
    "BANNER",
    "Comparison",
    "Declaration",
    "HookFailed",
    "Interrupted",
    "OfflineError",
    "ProgramFailed",
    "Progress",
    "Step",
    "StepFailed",
    "Summary",
    "compare",
    "declare",
    "destroy",
    "owns",
    "preview",
    "up",
]
