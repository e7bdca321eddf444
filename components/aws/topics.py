"""Whom alerts reach: a topic for what wakes somebody up, and one for the morning."""

import json
from typing import get_args

import pulumi
from pulumi_aws import sns

from stacks.settings.notify import Severity
from stacks.settings.secrets import secret

from .place import Place

_SENDERS = ("cloudwatch.amazonaws.com", "events.amazonaws.com")


def topics(name: str, place: Place) -> dict[Severity, pulumi.Output[str]]:
    """The ARN of the topic of each severity, with the contacts that asked for it."""
    return {one: _topic(f"{name}-{one}", one, place) for one in get_args(Severity)}


def _topic(name: str, severity: Severity, place: Place) -> pulumi.Output[str]:
    topic = sns.Topic(
        name,
        name=place.called(severity, 256),
        # AWS's own key would keep CloudWatch out.
        kms_master_key_id=place.platform.kms_key,
        opts=place.opts,
    )
    sns.TopicPolicy(
        name,
        arn=topic.arn,
        policy=topic.arn.apply(lambda arn: _senders(arn, place.platform.account)),
        opts=place.opts,
    )
    for number, contact in enumerate(place.platform.contacts, 1):
        if severity not in contact.severities:
            continue
        webhook = contact.webhook
        sns.TopicSubscription(
            f"{name}-{number}",
            topic=topic.arn,
            protocol="https" if webhook else "email",
            endpoint=secret(webhook) if webhook else str(contact.email),
            opts=place.opts,
        )
    return topic.arn


def _senders(topic: str, account: str) -> str:
    """Alarms and events of this account may send; nobody else."""
    statement = {
        "Sid": "Alerts",
        "Effect": "Allow",
        "Principal": {"Service": list(_SENDERS)},
        "Action": "sns:Publish",
        "Resource": topic,
        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
