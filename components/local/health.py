"""How Docker finds out whether a service beside the models is well."""

import pulumi_docker as docker


def answering(port: int, path: str) -> docker.ContainerHealthcheckArgs:
    """A health check: the container answers this path itself, in Python."""
    url = f"http://127.0.0.1:{port}{path}"
    probe = f"import urllib.request as r; r.urlopen('{url}', timeout=2)"
    return docker.ContainerHealthcheckArgs(
        tests=["CMD", "python3", "-c", probe],
        interval="2s",
        timeout="5s",
        retries=5,
        start_period="20s",
    )
