"""A model service as a container app, and all that belongs to it."""

from typing import Any

import pulumi
from pulumi_azure_native import app, authorization

from components.platform import Checks, PlatformArgs, ServiceArgs
from components.proof import hooks
from stacks.settings.azure import AzurePlatform, slug
from stacks.settings.registry import OciRegistry, RegistrySettings

from .batch import Scheduled
from .environment import environment
from .identity import Identity, identity, registry_id
from .ingress import alone, ingress, shared
from .monitoring import Watched, monitored
from .place import Place
from .proof import AppProof
from .scaling import scale
from .secrets import kept_secrets
from .template import CopyArgs, template

_KEPT_REVISIONS = 20
"""How far back Azure's own history goes."""


class AzureService(pulumi.ComponentResource):
    """
    Equal copies of one revision, behind the ingress of their environment.

    A release takes no traffic until a copy of it is proven, in an app of its own that
    nobody reaches. A canary is the newer of two revisions, with its share of requests.
    """

    endpoint: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        platform: AzurePlatform,
        stack: PlatformArgs,
        args: ServiceArgs,
        group: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:azure:Service", name, None, opts)
        model = args.checks.labels["slipway.model"]
        self._place = place = Place(
            platform=platform,
            tier=stack.tier,
            name=platform.called(stack.labels["slipway.stack"]),
            group=group,
            tags={**stack.labels, "slipway.model": model},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._args, self._registry = args, stack.registry
        self._identity = identity(f"{name}-identity", place, stack.registry)
        self._secrets = kept_secrets(
            f"{name}-secret",
            args.settings.secrets,
            place,
            self._identity,
            unseen=_password(stack.registry),
        )
        self._environment = environment(f"{name}-environment", place)
        self._copy = CopyArgs(
            image=args.image,
            settings=args.settings,
            release=args.checks.labels,
            secrets=self._secrets,
            identity=self._identity,
        )
        service = self._app(name)
        self._guard(name, service)
        watched = Watched(
            app=place.id("Microsoft.App/containerApps", place.name),
            workspace=self._environment.workspace,
            replicas=platform.replicas(args.settings.replicas)[0],
        )
        monitored(f"{name}-watch", place, args, stack, watched, after=service)
        for one in args.batch:
            Scheduled(
                f"{name}-{one.name}",
                one,
                self._copy,
                place,
                environment=self._environment.id,
                registries=_registries(stack.registry, self._identity),
                after=service,
            )
        told = pulumi.Output.all(service.id, service.configuration)
        self.endpoint = told.apply(_address)
        self.register_outputs({"endpoint": self.endpoint})

    def _app(self, name: str) -> app.ContainerApp:
        """Its checks wait for its copies; the engine waits for Azure alone."""
        place, args = self._place, self._args
        canary: Checks | None = args.canary.checks if args.canary else None
        first = (
            *self._identity.roles,
            *self._secrets.ready,
            *self._environment.made,
        )
        proof = AppProof(platform=place.platform, main=args.checks, canary=canary)
        return app.ContainerApp(
            name,
            container_app_name=place.name,
            resource_group_name=place.group,
            location=place.platform.location,
            environment_id=self._environment.id,
            workload_profile_name=place.platform.environment.profile,
            identity={
                "type": "UserAssigned",
                "user_assigned_identities": self._identity.alone,
            },
            configuration=self._configuration(first),
            template=self._template(),
            tags={
                **place.tags,
                **args.checks.labels,
                "slipway.role": "model",
                "slipway.reach": _reach(place.platform),
            },
            opts=pulumi.ResourceOptions.merge(
                place.protected(),
                pulumi.ResourceOptions(
                    depends_on=list(first), hooks=hooks(name, proof)
                ),
            ),
        )

    def _configuration(
        self, first: tuple[pulumi.Resource, ...]
    ) -> app.ConfigurationArgsDict:
        place, canary = self._place, self._args.canary
        traffic = shared(canary.weight, place, first) if canary else alone()
        return {
            "active_revisions_mode": "Multiple" if canary else "Single",
            "max_inactive_revisions": _KEPT_REVISIONS,
            "ingress": ingress(place, traffic),
            "registries": _registries(self._registry, self._identity),
            "secrets": self._secrets.references,
            # Azure alone uses it: the model itself may ask for no token.
            "identity_settings": [{"identity": self._identity.id, "lifecycle": "None"}],
        }

    def _template(self) -> app.TemplateArgsDict:
        """Of what is new: the release, or the canary beside it."""
        canary, counted = self._args.canary, self._args.settings.replicas
        wanted = scale(self._place, counted)
        if canary is None:
            made = template(self._copy, self._place, role="model")
            return {**made, "scale": wanted}
        other = self._copy.of(canary.image, canary.checks.labels)
        made = template(other, self._place, role="canary")
        return {**made, "scale": {**wanted, "min_replicas": 1}}

    def _guard(self, name: str, service: app.ContainerApp) -> None:
        """Whoever has a role in the group may not delete prod's by a slip."""
        if self._place.tier != "prod":
            return
        authorization.ManagementLockByScope(
            name,
            lock_name="slipway",
            scope=self._place.id("Microsoft.App/containerApps", self._place.name),
            level="CanNotDelete",
            notes="Slipway: callers are served by this",
            opts=pulumi.ResourceOptions.merge(
                self._place.opts, pulumi.ResourceOptions(depends_on=[service])
            ),
        )


def _registries(
    registry: RegistrySettings, who: Identity
) -> list[app.RegistryCredentialsArgsDict]:
    """How Azure pulls: as the identity, or by a password from the vault."""
    if registry_id(registry):
        return [{"server": registry.address, "identity": who.id}]
    if isinstance(registry, OciRegistry) and registry.username and registry.password:
        return [
            {
                "server": registry.address.partition("/")[0],
                "username": registry.username,
                "password_secret_ref": slug(registry.password),
            }
        ]
    return []


def _password(registry: RegistrySettings) -> list[str]:
    named = registry.password if isinstance(registry, OciRegistry) else None
    return [named] if named else []


def _address(told: Any) -> str:
    """Azure makes the name up, so that it is known once the app is made."""
    _, configuration = told
    return f"https://{configuration.ingress.fqdn}"


def _reach(platform: AzurePlatform) -> str:
    """What is outside the environment: the network, where that is in one."""
    return "network" if platform.in_network else "internet"
