"""Runs the program where there is no Pulumi CLI, or no credential."""

from .declaration import Comparison, Declaration, compare, declare
from .errors import HookFailed, Interrupted, OfflineError, ProgramFailed, StepFailed

__all__ = [
    "Comparison",
    "Declaration",
    "HookFailed",
    "Interrupted",
    "OfflineError",
    "ProgramFailed",
    "StepFailed",
    "compare",
    "declare",
]
