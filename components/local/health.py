"""How Docker finds out whether a service beside the models is well."""

import pulumi_docker as docker


def answering(port: int, path: str) -> docker.ContainerHealthcheckArgs:
    """
    A health check: the container answers this path itself, in Python.

    Each check starts a program, for as long as the container runs: so it imports as
    little as it can, and is made no more often than `up` can wait for the first one.
    """
    probe = (
        "import socket; s = socket.socket(); s.settimeout(2); "
        f"s.connect(('127.0.0.1', {port})); "
        f"s.sendall(b'GET {path} HTTP/1.0\\r\\n\\r\\n'); "
        "raise SystemExit(b' 200 ' not in s.recv(64))"
    )
    return docker.ContainerHealthcheckArgs(
        tests=["CMD", "python3", "-I", "-S", "-c", probe],
        interval="5s",
        timeout="5s",
        retries=3,
        start_period="20s",
    )
