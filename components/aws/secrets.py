"""A service's secrets: those that AWS keeps already, and those of the stack's own."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import ssm

from stacks.settings.secrets import secret

from .place import Place


@dataclass(frozen=True)
class Secrets:
    """Where the secrets of a service are."""

    arns: Mapping[str, str]
    """By name; known before they are made, so that previews show what uses them."""
    versions: Mapping[str, pulumi.Output[str]]
    """Of the stack's own: another one where another value was set."""


def kept_secrets(name: str, names: tuple[str, ...], place: Place) -> Secrets:
    """
    Each secret in the parameter store, sealed, unless AWS keeps it elsewhere already.

    The stack's own are Pulumi's secrets, so its state has them sealed too; no task
    definition, preview or log has any.
    """
    known = place.platform.secret_ids
    made = {
        one: _kept(f"{name}-{one}", one, place) for one in names if one not in known
    }
    own = {one: place.arn("ssm", f"parameter{_path(one, place)}") for one in made}
    return Secrets({**known, **own}, made)


def _kept(name: str, secret_name: str, place: Place) -> pulumi.Output[str]:
    kept = ssm.Parameter(
        name,
        name=_path(secret_name, place),
        type="SecureString",
        value=secret(secret_name),
        key_id=place.platform.kms_key,
        opts=place.opts,
    )
    return kept.version.apply(str)


def _path(secret_name: str, place: Place) -> str:
    return f"/slipway/{place.name}/{secret_name}"
