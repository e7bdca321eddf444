"""What must hold of whatever a stack declares, on every platform."""

from .book import Finding, broken
from .declared import Asked, Copy, Declared, read

__all__ = ["Asked", "Copy", "Declared", "Finding", "broken", "read"]
