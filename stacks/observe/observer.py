"""Which observer looks at a stack."""

import importlib

from stacks.settings.stack import StackSettings

from .replica import Observer


def observer_for(stack: str, settings: StackSettings) -> Observer:
    """The observer of the stack's platform; no other platform's SDK is imported."""
    module = importlib.import_module(f"stacks.observe.{settings.platform.kind}")
    return module.observer(stack, settings)
