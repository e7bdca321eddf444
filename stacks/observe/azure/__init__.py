"""What runs of a stack in Azure, asked of Container Apps and the workspace's log."""

from .observer import AzureObserver as observer

__all__ = ["observer"]
