"""What callers and their tools need to know of this model's API, in OpenAPI 3.1."""

from .document import document

__all__ = ["document"]
