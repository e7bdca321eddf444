"""A request that cannot be answered, and every reason why."""

import json
from typing import Any, Literal

import msgspec

LIMIT = 50
"""How many mistakes one answer names; a body of garbage must not answer in kind."""


Reason = Literal["missing", "type", "range", "category", "unknown", "shape"]


class Mistake(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing wrong with a request, named as the caller wrote it."""

    feature: str
    reason: Reason
    """The kind of mistake; the metrics count by it."""
    expected: str
    got: str
    row: int | None = None

    def __str__(self) -> str:
        where = "" if self.row is None else f"row {self.row}, "
        return f"{where}{self.feature}: expected {self.expected}, got {self.got}"


class Refusal(Exception):
    """An answer in the 400s; raised wherever the fault of a request is found."""

    def __init__(
        self,
        status: int,
        error: str,
        mistakes: list[Mistake] | None = None,
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.mistakes = mistakes or []
        self.headers = headers

    @classmethod
    def of(cls, mistakes: list[Mistake]) -> "Refusal":
        """What a well-formed request gets whose content does not fit the model."""
        shown = "; ".join(str(mistake) for mistake in mistakes[:3])
        if len(mistakes) > 3:
            more = "or more " if len(mistakes) >= LIMIT else ""
            shown += f"; {len(mistakes) - 3} {more}others under `mistakes`"
        return cls(422, shown, mistakes[:LIMIT])

    def body(self, request_id: str) -> dict[str, Any]:
        """The JSON that the caller sees."""
        body: dict[str, Any] = {"error": self.error, "id": request_id}
        if self.mistakes:
            body["mistakes"] = self.mistakes
        return body


def shown(value: Any) -> str:
    """A value of the request, short enough for a message."""
    if isinstance(value, list | dict):
        noun = "a list" if isinstance(value, list) else "an object"
        return f"{noun} of {len(value)}"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
