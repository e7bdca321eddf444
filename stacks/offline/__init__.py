"""Runs the program where there is no Pulumi CLI, or no credential."""

from .declaration import Comparison, Declaration, compare, declare

__all__ = ["Comparison", "Declaration", "compare", "declare"]
