"""The name of an image that cannot come to mean another one."""

import re
from dataclasses import dataclass
from typing import Self

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d+)?"
_PART = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_PINNED = re.compile(
    rf"(?P<repository>(?:{_HOST}/)?{_PART}(?:/{_PART})*)"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?"
    r"@(?P<digest>sha256:[0-9a-f]{64})"
)


class ImageReferenceError(ValueError):
    """A text that does not name one image for good; the message is one sentence."""


@dataclass(frozen=True)
class Reference:
    """repository@digest: a reference is a digest or it is nothing."""

    repository: str
    digest: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `repository[:tag]@sha256:...`; the tag, being movable, is dropped."""
        if match := _PINNED.fullmatch(text):
            return cls(match["repository"], match["digest"])
        raise ImageReferenceError(
            f"{text!r} is not pinned by digest; write repository@sha256:<64 hex digits>"
        )

    def __str__(self) -> str:
        return f"{self.repository}@{self.digest}"
