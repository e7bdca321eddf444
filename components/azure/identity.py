"""Who pulls the image and reads the secrets, before the model begins."""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import managedidentity

from stacks.settings.registry import Acr, RegistrySettings

from .place import Place
from .roles import PULL, USE_BLOBS, granted


@dataclass(frozen=True, kw_only=True)
class Identity:
    """An identity that is there before what uses it, with its roles."""

    id: str
    """Its address; known before it is made."""
    alone: pulumi.Output[list[str]]
    """The same as what an app is given, once it is made: this one and no other."""
    principal: pulumi.Output[str]
    client: pulumi.Output[str]
    """By which its own code asks for it."""
    tenant: pulumi.Output[str]
    roles: tuple[pulumi.Resource, ...]
    """What must be there first; Azure knows a new role everywhere after minutes."""


def identity(name: str, place: Place, registry: RegistrySettings) -> Identity:
    """
    One for the service: it may pull from the registry, and use the given storage.

    An app's own identity would come with the app, which cannot be pulled without it.
    """
    made = managedidentity.UserAssignedIdentity(
        name,
        resource_name_=place.name,
        resource_group_name=place.group,
        location=place.platform.location,
        tags=place.tags,
        opts=place.opts,
    )
    id = place.id("Microsoft.ManagedIdentity/userAssignedIdentities", place.name)
    wanted = {f"{name}-pull": (PULL, registry_id(registry))}
    for number, one in enumerate(place.platform.storage):
        wanted[f"{name}-storage-{number}"] = (USE_BLOBS, one)
    roles = [
        granted(each, role, on, to=id, principal=made.principal_id, place=place)
        for each, (role, on) in wanted.items()
        if on
    ]
    return Identity(
        id=id,
        alone=made.id.apply(lambda found: [found]),
        principal=made.principal_id,
        client=made.client_id,
        tenant=made.tenant_id,
        roles=(made, *roles),
    )


def registry_id(registry: RegistrySettings) -> str | None:
    """The address of ACR; None for what takes no identity of Azure's."""
    if not isinstance(registry, Acr):
        return None
    group = f"/subscriptions/{registry.subscription}/resourceGroups/"
    kind = "Microsoft.ContainerRegistry/registries"
    return f"{group}{registry.resource_group}/providers/{kind}/{registry.name}"
