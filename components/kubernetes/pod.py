"""The pod of a model, as a manifest: one way, for all that runs the image."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

import pulumi

from components.environment import environment
from stacks.settings.kubernetes import CONTAINER, Gpu, KubernetesPlatform
from stacks.settings.secrets import FOLDER
from stacks.settings.service import ServiceSettings

PORT, METRICS_PORT = 8080, 9090
_USER = 10001
IDENTITY = {
    "runAsNonRoot": True,
    "runAsUser": _USER,
    "runAsGroup": _USER,
    "seccompProfile": {"type": "RuntimeDefault"},
}
"""Who the server is, and that the kernel knows it: said of a pod or a container."""
_SCRATCH_MB = 64


@dataclass(frozen=True, kw_only=True)
class ContainerArgs:
    """An image, and what it may use."""

    image: pulumi.Input[str]
    """`repository@digest`."""
    settings: ServiceSettings
    release: Mapping[str, str]
    """`slipway.model`, `slipway.version` and the rest of what it is labelled."""
    secrets: pulumi.Input[str] | None = None
    """The Secret whose keys become files."""


@dataclass(frozen=True, kw_only=True)
class PodArgs(ContainerArgs):
    """The same, and where it may run."""

    platform: KubernetesPlatform
    service_account: pulumi.Input[str]
    pull_secrets: tuple[pulumi.Input[str], ...] = ()


def serving_pod(args: PodArgs, spread: Mapping[str, str]) -> dict[str, Any]:
    """The spec of a pod that answers; `spread` selects its equals on other nodes."""
    settings, platform = args.settings, args.platform
    container = {
        **container_of(args, platform.gpu),
        "ports": [
            {"name": "http", "containerPort": PORT},
            {"name": "metrics", "containerPort": METRICS_PORT},
        ],
        **probes(settings, _asked_over_http),
    }
    if platform.deregister_s:
        wait = {"sleep": {"seconds": platform.deregister_s}}
        container["lifecycle"] = {"preStop": wait}
    return {
        **pod_of(args, container),
        "terminationGracePeriodSeconds": platform.deregister_s + settings.stop_s,
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": key,
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": dict(spread)},
                "matchLabelKeys": ["pod-template-hash"],
            }
            for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
        ],
    }


def pod_of(args: PodArgs, container: dict[str, Any]) -> dict[str, Any]:
    """A pod spec as the Pod Security Standard *restricted* wants it."""
    platform = args.platform
    pull = [{"name": one} for one in (*platform.pull_secrets, *args.pull_secrets)]
    optional = {
        "imagePullSecrets": pull,
        "nodeSelector": dict(platform.node_selector),
        "tolerations": [
            one.model_dump(exclude_none=True)
            | {"operator": "Exists" if one.value is None else "Equal"}
            for one in platform.tolerations
        ],
        "priorityClassName": platform.priority_class,
    }
    return {
        "serviceAccountName": args.service_account,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {**IDENTITY, "fsGroup": _USER},
        "containers": [container],
        "volumes": volumes_of(args),
        **{key: value for key, value in optional.items() if value},
    }


def container_of(args: ContainerArgs, gpu: Gpu | None) -> dict[str, Any]:
    """The container: no rights, no root to write to, and no more than its limits."""
    settings = args.settings
    told = environment(args.image, settings, args.release)
    mounts: list[dict[str, Any]] = [{"name": "tmp", "mountPath": "/tmp"}]
    if args.secrets is not None:
        mounts.append({"name": "secrets", "mountPath": FOLDER, "readOnly": True})
    return {
        "name": CONTAINER,
        "image": args.image,
        # A digest is the same bytes: a registry that is down stops no restart.
        "imagePullPolicy": "IfNotPresent",
        "env": [{"name": key, "value": told[key]} for key in told],
        "resources": _resources(settings, gpu),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": mounts,
    }


def _resources(settings: ServiceSettings, gpu: Gpu | None) -> dict[str, dict[str, str]]:
    """All is asked for in full: but for the processors, none can be taken back."""
    sure = {
        "cpu": _cores(settings.cpu),
        "memory": _memory(settings.memory_mb),
        # Logs count too, of which the kubelet keeps up to five files of 10 MiB.
        "ephemeral-storage": f"{4 * _SCRATCH_MB}Mi",
    }
    if gpu:
        sure[gpu.resource] = str(gpu.count)
    return {"requests": {**sure}, "limits": {**sure}}


def _cores(cpu: float) -> str:
    """As the API server reads it back, or each refresh would show a change."""
    thousandths = round(cpu * 1000)
    return f"{thousandths}m" if thousandths % 1000 else str(thousandths // 1000)


def _memory(mb: int) -> str:
    return f"{mb}Mi" if mb % 1024 else f"{mb // 1024}Gi"


def probes(
    settings: ServiceSettings, asked: Callable[[str], dict[str, Any]]
) -> dict[str, Any]:
    """When the server has started, is ready and lives; `asked` says how it is asked."""
    health = settings.health
    every, patience = ceil(health.interval_s), ceil(health.timeout_s)

    def probe(about: str, period: int, failures: int) -> dict[str, Any]:
        return {
            **asked(about),
            "periodSeconds": period,
            "timeoutSeconds": patience,
            "failureThreshold": failures,
        }

    return {
        "startupProbe": probe("startup", 1, ceil(health.startup_s)),
        "readinessProbe": probe("ready", every, health.retries),
        "livenessProbe": probe("live", every, health.retries),
    }


def _asked_over_http(about: str) -> dict[str, Any]:
    return {"httpGet": {"path": f"/v2/health/{about}", "port": "http"}}


def volumes_of(
    args: ContainerArgs, *, secret_mode: int = 0o440
) -> list[dict[str, Any]]:
    """What the container mounts."""
    scratch = {"name": "tmp", "emptyDir": {"sizeLimit": f"{_SCRATCH_MB}Mi"}}
    if args.secrets is None:
        return [scratch]
    files = {"secretName": args.secrets, "defaultMode": secret_mode}
    return [scratch, {"name": "secrets", "secret": files}]
