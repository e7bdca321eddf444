"""Runs the model: small work in place, the rest in threads, what waits together."""

from .pace import Pace, measure
from .runner import Runner

__all__ = ["Pace", "Runner", "measure"]
