"""Whom alerts reach, by mail or at an address of their own."""

from collections.abc import Mapping, Sequence
from typing import get_args

import pulumi
from pulumi_gcp import monitoring

from stacks.settings.notify import Severity
from stacks.settings.secrets import secret

from .place import Place


def channels(
    name: str, place: Place
) -> Mapping[Severity, Sequence[pulumi.Output[str]]]:
    """The channels of each severity, of the contacts that asked for it."""
    told: dict[Severity, list[pulumi.Output[str]]] = {
        one: [] for one in get_args(Severity)
    }
    for number, contact in enumerate(place.platform.contacts, 1):
        # Google has the token in the address, which therefore is the secret.
        webhook = contact.webhook
        made = monitoring.NotificationChannel(
            f"{name}-{number}",
            project=place.platform.project,
            display_name=f"{place.name}: {contact.email or webhook}",
            type="webhook_tokenauth" if webhook else "email",
            labels=(
                {"url": secret(webhook)}
                if webhook
                else {"email_address": str(contact.email)}
            ),
            user_labels=place.labels,
            opts=place.opts,
        )
        for severity in contact.severities:
            told[severity].append(made.name)
    return told
