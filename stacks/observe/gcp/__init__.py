"""What runs of a stack in Google Cloud, asked of Cloud Run and of the log."""

from .observer import GcpObserver as observer

__all__ = ["observer"]
