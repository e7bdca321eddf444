"""Whom alerts reach: a group for what wakes somebody up, and one for the morning."""

from typing import get_args

import pulumi
from pulumi_azure_native import monitor

from stacks.settings.notify import Severity
from stacks.settings.secrets import secret

from .place import Place


def action_groups(name: str, place: Place) -> dict[Severity, pulumi.Output[str]]:
    """The address of each severity's group, with the contacts that asked for it."""
    return {one: _group(f"{name}-{one}", one, place) for one in get_args(Severity)}


def _group(name: str, severity: Severity, place: Place) -> pulumi.Output[str]:
    asked = [
        (number, contact)
        for number, contact in enumerate(place.platform.contacts, 1)
        if severity in contact.severities
    ]
    return monitor.ActionGroup(
        name,
        action_group_name=place.called(severity, 90),
        # What a message begins with.
        group_short_name=f"slip-{severity}",
        resource_group_name=place.group,
        location="Global",
        enabled=True,
        email_receivers=[
            {
                "name": f"contact-{number}",
                "email_address": contact.email,
                "use_common_alert_schema": True,
            }
            for number, contact in asked
            if contact.email
        ],
        webhook_receivers=[
            {
                "name": f"contact-{number}",
                "service_uri": secret(contact.webhook),
                "use_common_alert_schema": True,
            }
            for number, contact in asked
            if contact.webhook
        ],
        tags=place.tags,
        opts=place.opts,
    ).id
