"""A service's secrets: those that Secret Manager has already, and the stack's own."""

from dataclasses import dataclass

import pulumi
from pulumi_gcp import secretmanager

from stacks.settings.gcp import secret_of
from stacks.settings.secrets import secret

from .identity import Identity
from .place import Place


@dataclass(frozen=True)
class Secret:
    """Where one secret is, and which of its versions is meant."""

    name: str
    address: str
    """`projects/PROJECT/secrets/NAME`, known before it is made."""
    version: pulumi.Input[str]
    """Of the stack's own: another one where another value was set."""
    first: tuple[pulumi.Resource, ...]
    """What must be there before anybody reads it."""


def kept_secrets(
    name: str, names: tuple[str, ...], reader: Identity, place: Place
) -> tuple[Secret, ...]:
    """
    Each secret in Secret Manager, and this reader may read these, and no others.

    The stack's own are Pulumi's secrets, so its state has them sealed too; no
    revision, preview or log has any.
    """
    return tuple(_secret(f"{name}-{one}", one, reader, place) for one in sorted(names))


def _secret(name: str, secret_name: str, reader: Identity, place: Place) -> Secret:
    known = secret_of(place.platform.secret_ids.get(secret_name, ""))
    if known:
        project, id, version = known
        made = list(reader.first)
    else:
        project = place.platform.project
        id = place.called(secret_name, 255)
        kept = _kept(name, secret_name, id, place)
        version, made = kept.version, [*reader.first, kept]
    allowed = secretmanager.SecretIamMember(
        name,
        project=project,
        secret_id=id,
        role="roles/secretmanager.secretAccessor",
        member=reader.member,
        opts=pulumi.ResourceOptions.merge(
            place.opts, pulumi.ResourceOptions(depends_on=made)
        ),
    )
    address = f"projects/{project}/secrets/{id}"
    return Secret(secret_name, address, version, (*made, allowed))


def _kept(
    name: str, secret_name: str, id: str, place: Place
) -> secretmanager.SecretVersion:
    platform = place.platform
    made = secretmanager.Secret(
        name,
        project=platform.project,
        secret_id=id,
        replication={
            "user_managed": {
                "replicas": [
                    {
                        "location": platform.region,
                        "customer_managed_encryption": (
                            {"kms_key_name": platform.kms_key}
                            if platform.kms_key
                            else None
                        ),
                    }
                ]
            }
        },
        labels=place.labels,
        opts=place.opts,
    )
    return secretmanager.SecretVersion(
        name,
        secret=made.id,
        secret_data=secret(secret_name),
        # A revision that goes on, or that is gone back to, still starts with its own.
        deletion_policy="ABANDON",
        opts=place.opts,
    )
