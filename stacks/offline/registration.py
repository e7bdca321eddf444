"""What the program asks for: one resource with all its options, under its URN."""

import json
from dataclasses import dataclass, field
from typing import Any

from pulumi.runtime.proto import alias_pb2, resource_pb2

from .errors import OfflineError
from .project import Project
from .values import decode

ROOT_TYPE = "pulumi:pulumi:Stack"


@dataclass(kw_only=True)
class Registration:
    """One resource as the program declares it; inputs are in Pulumi's camelCase."""

    urn: str
    type: str
    name: str
    custom: bool = True
    parent: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)
    dependencies: list[str] = field(default_factory=list)
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    provider: str = ""
    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool | None = None
    """None when the program leaves it to the provider."""
    ignore_changes: list[str] = field(default_factory=list)
    replace_on_changes: list[str] = field(default_factory=list)
    additional_secret_outputs: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    hooks: dict[str, list[str]] = field(default_factory=dict)
    """The names of the hooks by when they run: `before_create` and so on."""
    other_options: dict[str, Any] = field(default_factory=dict)
    """Options that only a declaration carries, such as `customTimeouts`."""

    def needs(self) -> set[str]:
        """The URNs that must exist before this resource."""
        by_property = (
            urn for urns in self.property_dependencies.values() for urn in urns
        )
        provider = self.provider.rpartition("::")[0]
        return {*self.dependencies, *by_property, self.parent, provider} - {""}


def urn_of(stack: str, project: str, parent: str, kind: str, name: str) -> str:
    """The URN of a resource, with the types of all its parents but the stack."""
    chain = parent.split("::")[2] if parent else ROOT_TYPE
    qualified = kind if chain == ROOT_TYPE else f"{chain}${kind}"
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"


def name_of(urn: str) -> str:
    """The name at the end of a URN; it may have `::` in it."""
    return urn.split("::", 3)[3]


def kind_of(urn: str) -> str:
    """The type in a URN, without those of its parents."""
    return urn.split("::")[2].rpartition("$")[2]


class Registrations:
    """The resources of one run so far; refuses what the real engine refuses."""

    def __init__(self, project: Project) -> None:
        self._stack, self._project = project.stack, project.name
        disabled = project.config.get("pulumi:disable-default-providers", "[]")
        self._without_default = set(json.loads(disabled))
        self.seen: dict[str, Registration] = {}

    def read(self, request: resource_pb2.RegisterResourceRequest) -> Registration:
        """The registration in `request`."""
        if request.parent and request.parent not in self.seen:
            raise OfflineError(f"{request.name} has a parent that is not registered")
        urn = urn_of(
            self._stack, self._project, request.parent, request.type, request.name
        )
        if urn in self.seen:
            raise OfflineError(f"two resources have the URN {urn}; rename one of them")
        self._inherit(request)
        self._check_provider(request)
        self.seen[urn] = registration = Registration(
            urn=urn,
            aliases=self._aliases(request, urn),
            **_options(request),
        )
        return registration

    def _inherit(self, request: resource_pb2.RegisterResourceRequest) -> None:
        """Take from the parent what the engine, not the SDK, hands down."""
        parent = self.seen.get(request.parent)
        if parent and not request.HasField("retainOnDelete"):
            request.retainOnDelete = parent.retain_on_delete

    def _check_provider(self, request: resource_pb2.RegisterResourceRequest) -> None:
        package = request.type.split(":")[0]
        explicit = request.provider or not request.custom
        if (
            not explicit
            and package != "pulumi"
            and self._without_default & {"*", package}
        ):
            raise OfflineError(
                f"{request.name} names no provider, and default ones are disabled "
                "(pulumi:disable-default-providers); give it one"
            )

    def _aliases(
        self, request: resource_pb2.RegisterResourceRequest, urn: str
    ) -> list[str]:
        """Its own other URNs, and those that it has by its parent's."""
        own = [self._alias(request, alias) for alias in request.aliases]
        parent = self.seen.get(request.parent)
        inherited = []
        for above in parent.aliases if parent else []:
            for other in [urn, *own]:
                kind, name = kind_of(other), name_of(other)
                # A child named after its parent has the name that the parent had.
                if parent and name.startswith(parent.name):
                    name = name_of(above) + name.removeprefix(parent.name)
                inherited.append(urn_of(self._stack, self._project, above, kind, name))
        return own + inherited

    def _alias(
        self, request: resource_pb2.RegisterResourceRequest, alias: alias_pb2.Alias
    ) -> str:
        spec = alias.spec
        return alias.urn or urn_of(
            spec.stack or self._stack,
            spec.project or self._project,
            "" if spec.noParent else spec.parentUrn or request.parent,
            spec.type or request.type,
            spec.name or request.name,
        )


def _options(request: resource_pb2.RegisterResourceRequest) -> dict[str, Any]:
    hooks = {
        hook.name: list(names) for hook, names in request.hooks.ListFields() if names
    }
    by_property = {
        key: sorted(found.urns)
        for key, found in sorted(request.propertyDependencies.items())
        if found.urns
    }
    return {
        "type": request.type,
        "name": request.name,
        "custom": request.custom,
        "parent": request.parent,
        "inputs": decode(request.object),
        "dependencies": sorted(request.dependencies),
        "property_dependencies": by_property,
        "provider": request.provider,
        "protect": request.protect,
        "retain_on_delete": request.retainOnDelete,
        "delete_before_replace": request.deleteBeforeReplace
        if request.deleteBeforeReplaceDefined
        else None,
        "ignore_changes": list(request.ignoreChanges),
        "replace_on_changes": list(request.replaceOnChanges),
        "additional_secret_outputs": list(request.additionalSecretOutputs),
        "hooks": hooks,
        "other_options": _other_options(request),
    }


def _other_options(request: resource_pb2.RegisterResourceRequest) -> dict[str, Any]:
    timeouts = {field.name: text for field, text in request.customTimeouts.ListFields()}
    options = {
        "customTimeouts": timeouts,
        "import": request.importId,
        "deletedWith": request.deletedWith,
        "replaceWith": list(request.replace_with),
        "replacementTrigger": request.HasField("replacement_trigger"),
        "remote": request.remote,
        "providers": dict(request.providers),
        "version": request.version,
    }
    return {key: value for key, value in options.items() if value}
