"""Which image a stack runs, or how it is built."""

import re
from typing import Annotated

from pydantic import Field

from .section import Section

Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
SERVER = "slipway/server"
"""The repository of what every model's image begins with."""
Version = Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$")]


class PromotedImage(Section):
    """The release a stack runs, as its upstream verified it; written by promotion."""

    name: Name
    """The model's name, which is also its repository's."""
    version: Version
    digest: Digest


def package_version(version: str) -> str:
    """What the package inside calls itself: `1.4.2-r2` is its second image."""
    return re.sub(r"-r\d+$", "", version)
