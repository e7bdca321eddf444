"""The model: replicas behind an edge, or one as a sidecar."""

from .container import Service, compose_service, literal
from .source import Source

SOCKET_FOLDER = "/run/slipway"
SOCKET = f"{SOCKET_FOLDER}/model.sock"


def replicas(source: Source) -> Service:
    """As many as the stack runs, on the private network only."""
    declared = compose_service(source.container("model-1"))
    environment = declared.pop("environment", {})
    secrets = list(source.settings.service.secrets)
    return {
        "image": source.image,
        "deploy": {"replicas": source.settings.service.replicas},
        **declared,
        "environment": {**environment, "SLIPWAY_IMAGE": literal(source.image)},
        **({"secrets": secrets} if secrets else {}),
        "networks": ["private"],
    }


def edge(source: Source) -> Service:
    """Finds the replicas by the name `model`, as the stack's own edge does."""
    image = source.declared.only("docker-build:index:Image", "model-edge-image").inputs
    container = source.container("model-edge")
    (port,) = container.inputs["ports"]
    published = f"{port['ip']}:${{EDGE_PORT:-{port['external']}}}:{port['internal']}"
    return {
        "image": image["tags"][0],
        "build": source.build(image["context"]["location"]),
        **compose_service(container),
        "ports": [published],
        "networks": ["private", "public"],
        "depends_on": {"model": {"condition": "service_healthy"}},
    }


def sidecar(replica: Service) -> Service:
    """A replica that is asked through a socket; its metrics stay on the network."""
    alone = {key: replica[key] for key in replica if key != "deploy"}
    return {
        **alone,
        "environment": {**replica["environment"], "SLIPWAY_SOCKET": SOCKET},
        "volumes": [f"socket:{SOCKET_FOLDER}"],
        "profiles": ["sidecar"],
    }
