"""Pages for people: the model's API, and on the private port how the model is doing."""

from .tables import private, public

__all__ = ["private", "public"]
