"""A trained model as its own library runs it: the contract of every converter."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import pandas as pd

from model_image.server.manifest import Input
from model_image.server.values import Array

from .task import Task

Kind = Literal["number", "whole", "text", "tensor"]


class Unconvertible(Exception):
    """The model cannot be carried by the flavour asked for; one sentence."""


def first_line(error: Exception) -> str:
    """What a library says went wrong, short enough for a sentence."""
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0][:200]}"


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One value of a row, as far as the model itself tells."""

    name: str
    kind: Kind | None = None
    """None: the sample decides, and without one it is a number."""
    categories: tuple[str | int, ...] = ()
    shape: tuple[int, ...] = (1,)
    """A tensor's sizes for one row."""
    datatype: str = ""
    """A tensor's own datatype, where the library fixes it."""
    tensor: str = ""
    """The model's tensor that it is a column of, where the model names that."""


class Original(Protocol):
    """A loaded model; `convert.<format>.load(task)` makes one."""

    features: Sequence[Feature]
    """What a row holds; empty where the model does not know."""
    columnwise: bool
    """Whether the model takes a table of columns, and not one matrix."""
    classes: Sequence[str | int]
    """What a classifier may answer."""
    libraries: dict[str, str]
    """The versions that ran it."""
    native: str
    """The flavour that runs it without conversion, if there is one."""
    requirements: Sequence[str]
    """What that flavour needs, as `name==version`."""

    def predict(self, rows: pd.DataFrame) -> dict[str, Array]:
        """Its answers, by output."""
        ...

    def onnx(self, inputs: Sequence[Input]) -> bytes:
        """The model as ONNX, its outputs named as `predict` names them, or raises
        Unconvertible."""
        ...

    def save(self, folder: Path) -> None:
        """Write what the native flavour loads."""
        ...


class Converter(Protocol):
    """A module of this folder."""

    def load(self, task: Task) -> Original:
        """The model that the task names."""
        ...
