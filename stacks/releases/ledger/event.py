"""What a ledger is made of: one thing that happened to one release in one stack."""

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
)

Kind = Literal[
    "built",
    "admitted",  # its gates passed: the release may be deployed to the stack
    "overridden",  # a gate that did not pass was passed over, for a reason
    "break-glass",  # admitted without gates, for a reason
    "deployed",  # a new replica is there, to be proven
    "verified",
    "canary",  # verified, and given a share of the traffic
    "failed",
    "rolled-back",
    "retried",  # what failed may be tried again
    "approved",
    "held",  # nothing but this release may be deployed to the stack
    "vetoed",  # the release may not be deployed to the stack, nor to those after it
    "lifted",  # a hold or a veto, named by hash, counts no more
]
Word = Annotated[str, Field(pattern=r"^\S+$")]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Recipe = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]

SCHEMA = 1


class LedgerError(Exception):
    """A ledger that cannot be trusted or used; its one sentence goes to the user."""


class Overtaken(LedgerError):
    """What others wrote in between no longer lets an event follow."""


class _Record(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True
    )


class Release(_Record):
    """An image of a model: what people call it, and the hashes that identify it."""

    name: Word
    version: Word
    digest: Digest | None = None
    """The image in the registry; absent while nothing is built."""
    recipe: Recipe | None = None
    """Everything that went into the image: package, lock, base, code, platforms."""
    package: Digest | None = None
    """The identity of the package inside."""
    platforms: tuple[Word, ...] = ()

    @property
    def identity(self) -> str | None:
        """The digest or, before there is one, the recipe."""
        return self.digest or self.recipe

    def __str__(self) -> str:
        label = f"{self.name} {self.version}"
        if self.digest:
            return f"{label} ({short(self.digest)})"
        return f"{label} (recipe {self.recipe})" if self.recipe else label


def _storable(value: Any) -> Any:
    """Make text of what JSON cannot hold: a failure's evidence is never refused."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case float() if not math.isfinite(value):
            return str(value)
        case Mapping():
            return {_storable(key): _storable(entry) for key, entry in value.items()}
        case list() | tuple():
            return [_storable(entry) for entry in value]
    return value


def _seconds(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


class Event(_Record):
    """
    One line of history, which names the event before it by hash.

    Its file is canonical: an event has exactly one spelling, so the hash of the file
    is the hash of the event.
    """

    schema_version: Literal[1] = Field(default=SCHEMA, alias="schema")
    kind: Kind
    at: Annotated[AwareDatetime, AfterValidator(_seconds)]
    """In UTC."""
    by: Annotated[str, Field(min_length=1), BeforeValidator(_storable)]
    """Who says so, as found in the environment: a claim, not a proof of identity."""
    stack: Word
    release: Release
    deployment: str | None = None
    """Fingerprint of what was deployed: digest or recipe, with service settings."""
    parent: Digest | None = None
    """Hash of the event before; absent in the first."""
    evidence: Annotated[dict[str, JsonValue], BeforeValidator(_storable)] = {}

    def content(self) -> bytes:
        """What stands in the event's file."""
        fields = self.model_dump(mode="json", by_alias=True)
        text = json.dumps(
            fields, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False
        )
        return text.encode() + b"\n"

    @property
    def hash(self) -> str:
        return sha256(self.content())

    @property
    def id(self) -> str:
        """Hash of what it says: the same wherever in the ledger it comes to stand."""
        return sha256(self.model_copy(update={"parent": None}).content())

    def after(self, previous: "Event | None", *, late: bool = False) -> "Event":
        """
        The same event, as the one that follows `previous`.

        Its time is never before that of `previous`, so a wrong clock reorders nothing,
        unless it comes `late`: recorded offline, it did happen before.
        """
        if previous is None:
            return self
        at = self.at if late else max(self.at, previous.at)
        return self.model_copy(update={"parent": previous.hash, "at": at})

    @classmethod
    def read(cls, content: bytes, where: str) -> "Event":
        """The event of a file; `where` is what an error calls that file."""
        try:
            fields = json.loads(content.decode())
        except (ValueError, RecursionError):
            raise LedgerError(f"{where} is not JSON; {RESTORE}") from None
        _require_known(fields, where)
        try:
            event = cls.model_validate(fields)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            message = f"{where} is not an event ({key}: {first['msg']}); {RESTORE}"
            raise LedgerError(message) from None
        if not event._spells(content):
            raise LedgerError(f"{where} was edited by hand; {RESTORE}")
        return event

    def _spells(self, content: bytes) -> bool:
        try:
            return self.content() == content
        except (ValueError, RecursionError):  # such as a number no JSON can hold
            return False


Unless = Callable[[Sequence[Event]], str | None]
"""Why an event may not follow these."""


def require(unless: Unless | None, events: Sequence[Event]) -> None:
    """Raise Overtaken when these events are a reason not to add another."""
    if reason := unless and unless(events):
        raise Overtaken(reason)


RESTORE = "put back the file that Slipway wrote"


def _require_known(fields: Any, where: str) -> None:
    # A hold or a veto that an old Slipway skips over would be no hold at all.
    if not isinstance(fields, dict):
        raise LedgerError(f"{where} is not an event; {RESTORE}")
    schema, kind = fields.get("schema"), fields.get("kind")
    if schema != SCHEMA:
        raise LedgerError(
            f"{where} has schema {schema!r}, this Slipway knows {SCHEMA}; "
            "upgrade Slipway to read this ledger"
        )
    if kind not in Kind.__args__:
        raise LedgerError(
            f"{where} has kind {kind!r}, which this Slipway does not know; "
            "upgrade Slipway to read this ledger"
        )


def sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def short(digest: str) -> str:
    """Enough of a digest to tell it from others by eye."""
    return f"{digest[: len('sha256:') + 12]}…"


def now() -> datetime:
    return _seconds(datetime.now(UTC))
