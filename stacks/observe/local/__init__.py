"""What runs of a stack in this machine's Docker."""

from .observer import LocalObserver as observer

__all__ = ["observer"]
