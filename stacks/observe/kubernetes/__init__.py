"""What runs of a stack in a cluster, asked of its API."""

from .observer import KubernetesObserver as observer

__all__ = ["observer"]
