"""Trees of JSON that say in each part what it is an object of."""

from collections.abc import Iterator
from typing import Any


def parts(tree: Any) -> Iterator[dict[str, Any]]:
    """Every dictionary in a tree, however deep: hence no recursion."""
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
