"""How many copies there are where their number follows the load."""

from typing import Annotated

from pydantic import Field, model_validator

from .section import Section

Count = Annotated[int, Field(ge=1, le=1000)]


class Autoscale(Section):
    """As many copies as their processors' load asks for, instead of `replicas`."""

    min: Count
    max: Count
    cpu_percent: Annotated[int, Field(ge=1, le=100)] = 70
    """Of the processors that a copy asks for."""
    calm_s: Annotated[int, Field(ge=0, le=3600)] = 300
    """How long fewer copies must be enough before there are fewer."""

    @model_validator(mode="after")
    def _grows(self) -> "Autoscale":
        if self.min > self.max:
            raise ValueError(f"min is {self.min} and max {self.max}; swap them")
        return self
