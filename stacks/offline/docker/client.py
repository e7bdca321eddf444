"""The Docker Engine that the local platform is made in."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import docker
import requests
from docker import errors, utils

from ..errors import OfflineError, StepFailed

_HOST = "unix:///var/run/docker.sock"
OPERATION = "slipway.operation"
"""The label by which an object is found whose record was lost."""


class Engine:
    """One connection, made when something is first asked of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        """What the paths of a program are relative to."""
        self.host = os.environ.get("DOCKER_HOST", _HOST)

    @cached_property
    def api(self) -> docker.APIClient:
        with answered(""):
            return docker.APIClient(
                version="auto", timeout=120, **utils.kwargs_from_env()
            )


@contextmanager
def answered(doing: str) -> Iterator[None]:
    """Turn what Docker, or its absence, says into one sentence."""
    try:
        yield
    except errors.APIError as error:
        told = " ".join(str(error.explanation or error).split())
        raise StepFailed(f"{doing} failed: {told}") from None
    except (errors.DockerException, requests.RequestException) as error:
        told = " ".join(str(error).split())
        raise OfflineError(
            f"Docker does not answer ({told}); start it, or set DOCKER_HOST"
        ) from None
