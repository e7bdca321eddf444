"""What is judged: a stack with as few settings as may be, and one with all of them."""

from typing import Any

from stacks.render.manifests import rendered
from tests.components.conftest import IMAGE
from tests.components.kubernetes.conftest import in_cluster

REGISTRY = "registry.example.com"
_PLAIN: dict[str, Any] = {"service": {"replicas": 2}}
_FULL: dict[str, Any] = {
    "platform": {
        "autoscale": {"min": 2, "max": 6, "calm_s": 60},
        "ingress": {
            "host": "wine.example.com",
            "tls_secret": "wine-tls",
            "class_name": "nginx",
        },
        "callers": ["shop"],
        "egress": [{"cidr": "10.1.0.0/16", "port": 4318}],
        "operator": {"labels": {"release": "monitoring"}},
        "node_selector": {"pool": "models"},
        "tolerations": [{"key": "gpu", "effect": "NoSchedule"}],
        "gpu": {"count": 1},
        "pull_secrets": ["registry"],
        "priority_class": "models",
    },
    "service": {
        "replicas": 3,
        "cpu": 1,
        "memory_mb": 2048,
        "env": {"COLOUR": "blue"},
        "secrets": ["TOKEN"],
    },
    "canary": {"version": "1.5.0", "digest": f"sha256:{'cd' * 32}", "weight": 10},
    "batch": [
        {
            "name": "nightly",
            "input": "s3://lake/in.parquet",
            "output": "s3://lake/scores/$(RUN)/",
            "schedule": "0 3 * * *",
            "zone": "Europe/Berlin",
            "shards": 8,
            "parallel": 4,
            "memory_mb": 4096,
            "claim": {"name": "lake"},
        }
    ],
}


def objects() -> dict[str, tuple[dict[str, Any], ...]]:
    """Each stack's, as `render` writes them; Secrets are for a person to make."""
    image = f"{REGISTRY}/team/wine@{IMAGE['digest']}"
    return {
        name: rendered("prod", in_cluster(**settings), image).objects
        for name, settings in (("plain", _PLAIN), ("full", _FULL))
    }
