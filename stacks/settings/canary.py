"""A second release that takes a share of a stack's traffic."""

from typing import Annotated

from pydantic import Field

from .image import Digest, Version
from .section import Section


class CanarySettings(Section):
    """Written by `promote --canary`, so that a stack's file explains its traffic."""

    version: Version
    digest: Digest
    weight: Annotated[int, Field(ge=1, le=50)]
    """Its share of the requests, in per cent."""
