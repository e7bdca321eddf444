"""Whom the model acts as, who pulls its image, and who may call it."""

from dataclasses import dataclass

import pulumi
from pulumi_gcp import artifactregistry, cloudrunv2, projects, serviceaccount

from stacks.settings.registry import ArtifactRegistry, RegistrySettings

from .place import Place


@dataclass(frozen=True)
class Identity:
    """An account of a service's own."""

    email: str
    """It follows from the settings, so that previews show what acts as it."""
    first: tuple[pulumi.Resource, ...]
    """What must be there before it is of use."""

    @property
    def member(self) -> str:
        """As policies name it."""
        return f"serviceAccount:{self.email}"


def identity(name: str, place: Place, what: str = "model") -> Identity:
    """An account that may do nothing until it is told what."""
    id = place.called(what, 30)
    account = serviceaccount.Account(
        name,
        account_id=id,
        display_name=f"{place.name}: {what}",
        opts=place.opts,
    )
    email = f"{id}@{place.platform.project}.iam.gserviceaccount.com"
    return Identity(email, (account,))


def granted(name: str, model: Identity, place: Place) -> None:
    """What the settings say that the model itself may do in the project."""
    for role in place.platform.roles:
        projects.IAMMember(
            f"{name}-{role}",
            project=place.platform.project,
            role=role,
            member=model.member,
            opts=_after(place, model),
        )


def pulls(
    name: str, model: Identity, registry: RegistrySettings, place: Place
) -> tuple[pulumi.Resource, ...]:
    """
    May read this one repository: Cloud Run's agent, who pulls, and the model's account.

    In its own project the agent may already; from another's nothing is pulled without.
    """
    if not isinstance(registry, ArtifactRegistry):
        return ()
    agent = projects.ServiceIdentity(
        name,
        project=place.platform.project,
        service="run.googleapis.com",
        opts=place.opts,
    )
    readers = {"agent": agent.member, "model": model.member}
    return tuple(
        artifactregistry.RepositoryIamMember(
            f"{name}-{who}",
            project=registry.project,
            location=registry.location,
            repository=registry.repository,
            role="roles/artifactregistry.reader",
            member=member,
            opts=_after(place, model),
        )
        for who, member in readers.items()
    )


def callers(name: str, service: cloudrunv2.Service, place: Place) -> None:
    """Those whom the settings name may call the service; nobody else may."""
    for member in place.platform.invokers:
        cloudrunv2.ServiceIamMember(
            f"{name}-{member}",
            project=place.platform.project,
            location=place.platform.region,
            name=service.name,
            role="roles/run.invoker",
            member=member,
            opts=place.opts,
        )


def _after(place: Place, model: Identity) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions.merge(
        place.opts, pulumi.ResourceOptions(depends_on=list(model.first))
    )
