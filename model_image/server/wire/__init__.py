"""HTTP between callers and the application: connections and their limits."""

from .connection import Connection
from .connections import Admission, Connections
from .heads import Heads

__all__ = ["Admission", "Connection", "Connections", "Heads"]
