"""The example application, once on the network and once beside a sidecar."""

from .container import Service, hardening
from .model import SOCKET, SOCKET_FOLDER
from .source import Source

_ANSWERED = (
    "import os, time; assert time.time() - os.stat('/tmp/answered').st_mtime < 5"
)


def networked(source: Source, replica: Service) -> Service:
    """It asks the edge."""
    return {
        **_application(source, replica, "http://edge:8080"),
        "networks": ["private"],
        "depends_on": {"model": {"condition": "service_healthy"}},
    }


def neighbour(source: Source, replica: Service) -> Service:
    """It has no network, and asks through the sidecar's socket."""
    return {
        **_application(source, replica, f"unix:{SOCKET}"),
        "network_mode": "none",
        "volumes": [f"socket:{SOCKET_FOLDER}"],
        "depends_on": {"sidecar": {"condition": "service_healthy"}},
        "profiles": ["sidecar"],
    }


def _application(source: Source, replica: Service, url: str) -> Service:
    """Only the example needs the model's image: it borrows the Python in it."""
    environment = {"MODEL_URL": url}
    if tokens := replica["environment"].get("SLIPWAY_TOKENS"):
        environment["MODEL_TOKENS"] = tokens
    return {
        "image": source.image,
        "entrypoint": ["python", "/application.py"],
        **hardening(replica),
        "environment": environment,
        **({"secrets": replica["secrets"]} if "secrets" in replica else {}),
        "configs": [{"source": "application", "target": "/application.py"}],
        "healthcheck": {
            "test": ["CMD", "python", "-c", _ANSWERED],
            "interval": "5s",
            "timeout": "5s",
            "retries": 2,
            "start_period": "30s",
        },
    }
