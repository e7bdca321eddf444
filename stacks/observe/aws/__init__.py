"""What runs of a stack in AWS, asked of ECS, the balancer and the log."""

from .observer import AwsObserver as observer

__all__ = ["observer"]
