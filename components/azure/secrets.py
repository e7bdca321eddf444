"""A service's secrets: in a vault, and from there into files of memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import app, keyvault

from stacks.settings.azure import slug
from stacks.settings.secrets import secret

from .identity import Identity
from .place import Place
from .roles import READ_SECRET, granted
from .vault import Vault, vault


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """Where the secrets of a service are."""

    addresses: Mapping[str, str]
    """By name; known before they are made, so that previews show what uses them."""
    identity: str
    """Who reads them."""
    unseen: frozenset[str] = frozenset()
    """Those that are Azure's to use, such as a registry's, and never the model's."""
    ready: tuple[pulumi.Resource, ...] = ()
    """What must be there before they can be read."""
    versions: pulumi.Output[str] | None = None
    """Of the stack's own: another one where another value was set."""

    @property
    def references(self) -> list[app.SecretArgsDict]:
        """As an app names them: none has a value in it."""
        return [
            {
                "name": slug(name),
                "key_vault_url": address,
                "identity": self.identity,
            }
            for name, address in self.addresses.items()
        ]

    @property
    def files(self) -> list[app.SecretVolumeItemArgsDict]:
        """What the model sees, each as a file by its own name."""
        return [
            {"secret_ref": slug(name), "path": name}
            for name in self.addresses
            if name not in self.unseen
        ]


def kept_secrets(
    name: str,
    names: Sequence[str],
    place: Place,
    identity: Identity,
    *,
    unseen: Sequence[str] = (),
) -> Secrets:
    """
    Each secret in a vault, unless one that the settings name has it already.

    The stack's own are Pulumi's secrets, so its state has them sealed too; no app,
    preview or log has any. The service may read each of them, and no other.
    """
    every = list(dict.fromkeys([*names, *unseen]))
    if not every:
        return Secrets(addresses={}, identity=identity.id)
    where = vault(f"{name}-vault", place, identity.tenant)
    known = place.platform.secret_ids
    made = {
        one: _kept(f"{name}-{one}", one, where, place)
        for one in every
        if one not in known
    }
    own = {one: where.address(_called(one, place)) for one in made}
    addresses = {**known, **own}
    after: list[pulumi.Resource] = [where.made] if where.made else []
    roles = [
        granted(
            f"{name}-{one}-read",
            READ_SECRET,
            where.secret_id(address.split("/secrets/")[1].split("/")[0]),
            to=identity.id,
            principal=identity.principal,
            place=place,
            after=[made[one]] if one in made else after,
        )
        for one, address in addresses.items()
    ]
    versions = [_version(one) for one in made.values()]
    told = pulumi.Output.unsecret(pulumi.Output.all(*versions).apply(",".join))
    return Secrets(
        addresses=addresses,
        identity=identity.id,
        unseen=frozenset(unseen) - set(names),
        ready=tuple([*made.values(), *roles]),
        versions=told if made else None,
    )


def _kept(name: str, secret_name: str, where: Vault, place: Place) -> "keyvault.Secret":
    return keyvault.Secret(
        name,
        secret_name=_called(secret_name, place),
        vault_name=where.name,
        resource_group_name=where.group,
        properties={
            "value": secret(secret_name),
            "content_type": f"{secret_name} of {place.name}",
        },
        tags=place.tags,
        opts=pulumi.ResourceOptions.merge(
            place.opts,
            pulumi.ResourceOptions(depends_on=[where.made] if where.made else None),
        ),
    )


def _version(kept: "keyvault.Secret") -> pulumi.Output[str]:
    """Before it is made nobody knows it, which its address alone shows in previews."""
    address = pulumi.Output.all(kept.id, kept.properties.secret_uri_with_version)
    return address.apply(lambda found: (found[1] or "").rpartition("/")[2][:8])


def _called(secret_name: str, place: Place) -> str:
    """A given vault may have those of other stacks."""
    return f"{place.name}-{slug(secret_name)}"
