"""Objects brought to a real API server, strictly: as GitOps would, not as Pulumi."""

from typing import Any

from stacks.settings.cluster import Cluster

_PLURALS = {
    "ConfigMap": "configmaps",
    "CronJob": "cronjobs",
    "Deployment": "deployments",
    "HorizontalPodAutoscaler": "horizontalpodautoscalers",
    "Ingress": "ingresses",
    "Job": "jobs",
    "Namespace": "namespaces",
    "NetworkPolicy": "networkpolicies",
    "PersistentVolume": "persistentvolumes",
    "PersistentVolumeClaim": "persistentvolumeclaims",
    "Pod": "pods",
    "PodDisruptionBudget": "poddisruptionbudgets",
    "PodMonitor": "podmonitors",
    "PrometheusRule": "prometheusrules",
    "ResourceQuota": "resourcequotas",
    "Secret": "secrets",
    "Service": "services",
    "ServiceAccount": "serviceaccounts",
}
Object = dict[str, Any]


def path_of(one: Object) -> str:
    """Where the API server keeps an object."""
    version, metadata = one["apiVersion"], one["metadata"]
    root = "/api" if "/" not in version else "/apis"
    space = metadata.get("namespace")
    inside = f"/namespaces/{space}" if space else ""
    return f"{root}/{version}{inside}/{_PLURALS[one['kind']]}/{metadata['name']}"


def apply(cluster: Cluster, one: Object) -> Object:
    """Server-side; an unknown field is an error. Returns what is there then."""
    return cluster.apply(path_of(one), one, manager="slipway-tests")
