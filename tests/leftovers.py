"""What a run that was killed left in Docker, where it would start again and run on."""

import fcntl
import re
from collections.abc import Callable
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
        remove(_OURS.match)
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def remove(ours: Callable[[str], object]) -> None:
    """Remove containers, networks and volumes of the stacks whose names are `ours`."""
    client = docker.from_env()
    containers = client.containers.list(
        all=True, filters={"label": _LABEL}, ignore_removed=True
    )
    # A network is removed once nothing is in it, of whichever stack that is.
    for container in containers:
        if ours(container.labels[_LABEL]):
            container.remove(force=True, v=True)
    networks = client.networks.list(filters={"label": _LABEL})
    volumes = client.volumes.list(filters={"label": _LABEL})
    for one in (*networks, *volumes):
        if ours(one.attrs["Labels"][_LABEL]):
            one.remove()
