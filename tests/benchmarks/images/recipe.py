"""What `docker build` is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Recipe:
    """A Dockerfile, its context and the values of its arguments."""

    dockerfile: Path
    context: Path
    given: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    """What had to be changed in the Dockerfile, a sentence each."""
