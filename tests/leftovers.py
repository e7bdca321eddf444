"""What a run that was killed left in Docker, where it would start again and run on."""

import fcntl
import re
from contextlib import suppress
from typing import IO

import docker

from stacks.settings import local_state

_LABEL = "slipway.stack"
_OURS = re.compile(r"t[0-9a-f]{6}-|offline-test-\d")
"""How the stacks of Estate and of the offline engine's tests are named."""


def begin() -> IO[bytes]:
    """
    Remove what earlier runs left, unless another one goes on now.

    This one goes on until the file that is returned is closed, or its process ends.
    """
    local_state.folder().mkdir(parents=True, exist_ok=True)
    lock = (local_state.folder() / "tests.lock").open("wb")
    with suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove()
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def _remove() -> None:
    client = docker.from_env()
    for container in client.containers.list(
        all=True, filters={"label": _LABEL}, ignore_removed=True
    ):
        if _OURS.match(container.labels[_LABEL]):
            container.remove(force=True, v=True)
    networks = client.networks.list(filters={"label": _LABEL})
    volumes = client.volumes.list(filters={"label": _LABEL})
    for one in (*networks, *volumes):
        if _OURS.match(one.attrs["Labels"][_LABEL]):
            one.remove()
