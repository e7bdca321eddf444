"""What the host asks of the sandbox and gets back: plain JSON, both checked."""

from typing import Any

import msgspec

from model_image.server.manifest import Input, Output


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model to convert; every path is one inside the sandbox."""

    converter: str
    artifacts: list[str]
    sample: str = ""
    target: list[str] = []
    """Columns of the sample that are answers, not inputs."""
    columns: list[str] = []
    """The names of a row's values, where something beside the model tells them."""
    class_names: list[str] = []
    flavour: str = ""
    """The flavour asked for; none leaves it to what can be proved."""
    entry: str = ""
    trusted: list[str] = []
    tolerance: float = 1e-5


def apart(difference: float, where: str, tolerance: float) -> str:
    """How two models' answers differ, in words."""
    if difference >= ANOTHER:
        return f"they give another answer at {where}"
    return f"they differ by {difference:.3g} at {where}, and {tolerance:g} is allowed"


ANOTHER = 1e300
"""The difference of labels and shapes: no tolerance covers it, and JSON can say it."""


class Parity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the packed model's answers compare with the original's."""

    rows: int
    edge_rows: int
    largest_difference: float
    where: str
    tolerance: float

    @property
    def differs(self) -> str:
        """How far apart and where, when it is more than the tolerance, else empty."""
        if self.largest_difference <= self.tolerance:
            return ""
        return apart(self.largest_difference, self.where, self.tolerance)


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A converted model, described; its files lie beside it."""

    flavour: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    libraries: dict[str, str]
    row_seconds: float
    """How long the original took for one row."""
    requirements: list[str] = []
    """What the flavour needs beside the server's own, as `name==version`."""
    notes: list[str] = []
    """What was narrowed so that the answers stay equal, a sentence each."""


class Failure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why there is no draft, in one sentence; whether code of the user's could help."""

    error: str
    code_helps: bool = False


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the finished package did when the real server's code ran it."""

    parity: Parity | None
    load_seconds: float
    row_seconds: float
    memory_bytes: int


Rows = list[dict[str, Any]]
