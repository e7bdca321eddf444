"""What there is to say of a change: the same whether declared or previewed."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Verb = Literal["replace", "remove", "change", "add"]
VERBS: tuple[Verb, ...] = ("replace", "remove", "change", "add")
"""The gravest first."""
GRAVE: tuple[Verb, ...] = ("replace", "remove")
"""Something goes that was there."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Property(_Record):
    """One property that is not as it was; None is what was, or is, not there."""

    path: str
    before: str | None = None
    after: str | None = None
    lines: str | None = None
    """Of a long text, only what differs: a unified diff."""


class Resource(_Record):
    """What happens to one resource."""

    verb: Verb
    type: str
    name: str
    serves: bool = False
    """Whether callers are served by it."""
    properties: tuple[Property, ...] = ()


class Version(_Record):
    """An image that a stack runs, or a package that it builds one of."""

    name: str
    version: str
    digest: str
    """Of the image, or the identity of what is to be built; empty if unknown."""

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Figure(_Record):
    """A metric of both versions, where it is known."""

    name: str
    before: float | None
    after: float | None


class Release(_Record):
    """One version of a model that takes the place of another."""

    before: Version | None
    after: Version | None
    schema_changes: tuple[tuple[str, str], ...] = ()
    """How much each weighs for callers (breaking, addition, harmless), and what."""
    verdict: str = ""
    metrics: tuple[Figure, ...] = ()
    answers: tuple[str, ...] = ()
    unknown: str = ""
    """Why less is told than there is to say."""


class Note(_Record):
    """Something that a reviewer must not overlook."""

    subject: str
    sentence: str


class Finding(_Record):
    """A rule that a resource breaks."""

    rule: str
    resource: str
    sentence: str
    new: bool
    """Whether this change breaks it."""
    waived: str = ""
    """Who waives it, why and until when."""


class StackReview(_Record):
    """What a change does to one stack."""

    stack: str
    tier: str = ""
    platform: str = ""
    error: str = ""
    """Why nothing can be told, in one sentence."""
    release: Release | None = None
    notes: tuple[Note, ...] = ()
    findings: tuple[Finding, ...] = ()
    resources: tuple[Resource, ...] = ()
    attempts: tuple[str, ...] = ()
    """What the program tried, and was kept from."""

    def of(self, verb: Verb) -> tuple[Resource, ...]:
        """The resources to which this happens."""
        return tuple(one for one in self.resources if one.verb == verb)

    @property
    def changed(self) -> bool:
        """Whether there is anything to look at."""
        said = (self.error, self.release, self.notes, self.resources, self.attempts)
        return any(said) or any(one.new for one in self.findings)

    @property
    def refused(self) -> bool:
        """Whether it must not go on like this."""
        broken = any(one.new and not one.waived for one in self.findings)
        return bool(self.error) or broken


class Review(_Record):
    """What a change does to every stack, or what an update would."""

    source: Literal["diff", "preview"]
    before: str = ""
    after: str = ""
    contained: bool = True
    """Whether the programs were kept from network, environment and files."""
    stacks: tuple[StackReview, ...]
    idle: tuple[str, ...] = ()
    """Waivers of rules that are about no finding of any stack."""

    @property
    def refused(self) -> bool:
        """Whether it must not go on like this."""
        return any(one.refused for one in self.stacks)
