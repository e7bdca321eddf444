"""A namespace of a Kubernetes cluster, and how a service lives in it."""

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from .autoscale import Autoscale
from .port import Port
from .section import Section

if TYPE_CHECKING:
    from .stack import StackSettings

# A Service's name is one of DNS before digits could come first.
ServiceName = Annotated[str, Field(pattern=r"^[a-z]([a-z0-9-]{0,39}[a-z0-9])?$")]
DnsName = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
_Host = Annotated[str, Field(pattern=r"^(\*\.)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")]

CONTAINER = "model"
"""What the model's container is called in every pod."""
_OF_PODS = {
    "deregister_s",
    "gpu",
    "node_selector",
    "priority_class",
    "pull_secrets",
    "start_s",
    "tolerations",
}


class Ingress(Section):
    """An address beyond the cluster; only with TLS."""

    host: _Host
    tls_secret: DnsName
    """The Secret with its certificate, such as cert-manager makes."""
    class_name: DnsName | None = None
    """The ingress class; the cluster's default without it."""
    annotations: dict[str, str] = Field(default_factory=dict)
    from_namespace: DnsName = "ingress-nginx"
    """Where the ingress controller runs, which the network policy lets in."""


class Operator(Section):
    """The Prometheus operator: objects of its own kinds instead of annotations."""

    labels: dict[str, str] = Field(default_factory=dict)
    """What its Prometheus selects by, as in `release: kube-prometheus-stack`."""


class Egress(Section):
    """Where the pods may go, such as a collector of traces."""

    cidr: IPv4Network | IPv6Network
    port: Port = 443


class Gpu(Section):
    """Devices that a pod asks for."""

    count: Annotated[int, Field(ge=1, le=16)] = 1
    resource: str = "nvidia.com/gpu"


class Toleration(Section):
    """A taint that does not keep the pods from a node."""

    key: str
    value: str | None = None
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None


class KubernetesPlatform(Section):
    """Pods of a cluster, in a namespace that lets in nothing that is not restricted."""

    kind: Literal["kubernetes"]
    context: Annotated[str, Field(min_length=1)]
    """The context of the kubeconfig; the current one has no say."""
    server: Annotated[str, Field(pattern=r"^https://")] | None = None
    """Where the context must lead: names of contexts are one person's own."""
    namespace: DnsName
    create_namespace: bool = True
    """Whether the namespace is this stack's own, to create and to remove."""
    name: ServiceName | None = None
    """Of the Service that callers use; the model's name without it."""
    autoscale: Autoscale | None = None
    """A HorizontalPodAutoscaler, which takes over `replicas`."""
    ingress: Ingress | None = None
    callers: tuple[DnsName, ...] = ()
    """Namespaces whose pods may call, beside this one's."""
    egress: tuple[Egress, ...] = ()
    """Where the pods may go; nowhere without it."""
    operator: Operator | None = None
    """Without it, pods are annotated for Prometheus, and rules are in a ConfigMap."""
    monitoring_namespace: DnsName = "monitoring"
    """Where Prometheus and Grafana run."""
    pull_secrets: tuple[DnsName, ...] = ()
    """Secrets of the namespace with which images are pulled."""
    service_account_annotations: dict[str, str] = Field(default_factory=dict)
    """Such as the cloud role that batch jobs read their buckets with."""
    node_selector: dict[str, str] = Field(default_factory=dict)
    tolerations: tuple[Toleration, ...] = ()
    priority_class: DnsName | None = None
    gpu: Gpu | None = None
    start_s: Annotated[int, Field(ge=1, le=7200)] = 300
    """How long a pod may take to be scheduled and to have its image."""
    deregister_s: Annotated[int, Field(ge=0, le=300)] = 5
    """How long an ending pod goes on while the cluster forgets its address."""

    @property
    def address(self) -> str | None:
        """Where people reach the service from beyond the cluster."""
        return f"https://{self.ingress.host}" if self.ingress else None

    @property
    def replaces(self) -> bool:
        """Whether the platform itself takes one copy after the other to a release."""
        return True

    def mistakes(self, stack: "StackSettings") -> Iterator[str]:
        """What else the stack's file says that does not fit."""
        if "registry" not in stack.model_fields_set:
            yield "slipway:registry is missing: name the one that nodes pull from"
        names = [one.name for one in stack.batch]
        if twice := {one for one in names if names.count(one) > 1}:
            yield f"slipway:batch names {', '.join(sorted(twice))} twice"
        watch = stack.monitoring
        others = watch.one_machines | ({"port"} & watch.model_fields_set)
        if found := ", ".join(sorted(others - {"interval_s"})):
            yield (
                f"slipway:monitoring: {found} belongs to the local platform; here the "
                "cluster's own monitoring does it"
            )

    def replicas(self, asked: int) -> range:
        """How many pods there may be, where the service asks for this many."""
        if self.autoscale:
            return range(self.autoscale.min, self.autoscale.max + 1)
        return range(asked, asked + 1)

    def shown(self, asked: int) -> range:
        """How many of them can be seen."""
        return self.replicas(asked)

    @property
    def deployed(self) -> str:
        """What of this belongs to a deployment's identity: how its pods are made."""
        return self.model_dump_json(include=_OF_PODS)
