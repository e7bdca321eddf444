"""Whom alerts reach, and how."""

from typing import Annotated, Literal

from pydantic import Field

from .section import Section

Severity = Literal["page", "ticket"]
"""`page` wakes somebody up; `ticket` waits until the morning."""

_Host = Annotated[str, Field(pattern=r"^[a-zA-Z0-9.-]+:\d{1,5}$")]
_Mail = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
_Url = Annotated[str, Field(pattern=r"^https?://[^\s]+$")]
_Secret = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class Receiver(Section):
    """What all receivers have in common: which alerts are theirs."""

    stacks: tuple[str, ...] = ()
    """The stacks whose alerts come here; all, when none is named."""
    severities: Annotated[tuple[Severity, ...], Field(min_length=1)] = (
        "page",
        "ticket",
    )

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secrets that it needs."""
        return ()


class Webhook(Receiver):
    """A POST of Alertmanager's JSON to an address."""

    kind: Literal["webhook"]
    url: _Url
    token: _Secret | None = None
    """The *name* of a secret that is sent as bearer token."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """The token's, where there is one."""
        return (self.token,) if self.token else ()


class Slack(Receiver):
    """A message in a channel."""

    kind: Literal["slack"]
    webhook: _Secret
    """The *name* of the secret that holds the incoming webhook's address."""
    channel: str | None = None
    """Another channel than the webhook's own."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """The address is one."""
        return (self.webhook,)


class Email(Receiver):
    """A mail through an SMTP server with TLS."""

    kind: Literal["email"]
    to: _Mail
    sender: _Mail
    server: _Host
    username: str | None = None
    password: _Secret | None = None
    """The *name* of the secret."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """The password's, where there is one."""
        return (self.password,) if self.password else ()


class PagerDuty(Receiver):
    """An incident in PagerDuty, by its Events API."""

    kind: Literal["pagerduty"]
    key: _Secret
    """The *name* of the secret that holds the integration key."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """The key is one."""
        return (self.key,)


Notify = Annotated[Webhook | Slack | Email | PagerDuty, Field(discriminator="kind")]
