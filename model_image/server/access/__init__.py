"""Who may ask the model: whoever reaches the port, or callers who show a token."""

from .access import Access, AccessError, jwt, open_access, tokens

__all__ = ["Access", "AccessError", "jwt", "open_access", "tokens"]
