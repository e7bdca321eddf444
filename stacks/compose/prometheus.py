"""Prometheus, which scrapes the private port of every replica."""

from .container import Service, hardening
from .source import Source

_PROBE = (
    "import urllib.request as r; r.urlopen('http://127.0.0.1:9090/-/ready', timeout=2)"
)


def prometheus(source: Source, edge: Service) -> Service:
    """Held to what the edge is held to; people reach it on loopback."""
    return {
        "build": source.build("components/local/images/prometheus"),
        "pull_policy": "build",
        **hardening(edge),
        "user": "10004:10004",
        "mem_limit": "256m",
        "memswap_limit": "256m",
        "healthcheck": {
            "test": ["CMD", "python3", "-c", _PROBE],
            "interval": "5s",
            "timeout": "5s",
            "retries": 5,
            "start_period": "20s",
        },
        "configs": [
            {"source": "prometheus", "target": "/etc/prometheus/prometheus.yml"}
        ],
        "volumes": ["prometheus:/prometheus"],
        "ports": ["127.0.0.1:${PROMETHEUS_PORT:-9090}:9090"],
        "networks": ["private", "public"],
    }
