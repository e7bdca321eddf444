"""What goes wrong with a watched service, and what mends it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import docker
import httpx

from stacks.settings.watched import network_name, replica_name
from tests.deployment.watching import INTERVAL_S, Watching, until
from tests.faulty import EATEN_BYTES, asking


@contextmanager
def asked(url: str, faults: list[str]) -> Iterator[None]:
    """Callers who ask for these faults, one after the other and all at once."""
    over = threading.Event()

    def call(fault: str) -> None:
        body = b'{"rows": [{}]}' if fault == "unfit" else asking(fault)
        with httpx.Client(timeout=30, trust_env=False) as client:
            while not over.is_set():
                with suppress(httpx.HTTPError):
                    client.post(url, content=body)
                time.sleep(0.1)

    threads = [
        threading.Thread(target=call, args=(one,), daemon=True) for one in faults
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


@contextmanager
def stray(watching: Watching, dev: str) -> Iterator[None]:
    """Another version, which somebody starts by hand among the replicas."""
    model = watching.estate.containers(dev)[0]
    name = network_name(watching.port)
    client = docker.from_env()
    changed = "import json,pathlib,shutil; shutil.copytree('/model','/tmp/m'); "
    changed += "f=pathlib.Path('/tmp/m/model.json'); m=json.loads(f.read_bytes()); "
    changed += "m['version']='2.0.0'; f.write_text(json.dumps(m)); "
    changed += (
        "import runpy; runpy.run_module('model_image.server',run_name='__main__')"
    )
    container = client.containers.create(
        model.image.id,
        ["-c", changed],
        entrypoint="python",
        environment={"SLIPWAY_MODEL": "/tmp/m"},
        labels={**model.labels, "slipway.role": "stray"},
    )
    client.networks.get(name).connect(container, aliases=[replica_name(dev)])
    container.start()
    try:
        yield
    finally:
        container.remove(force=True)


def eat(watching: Watching, dev: str, url: str) -> None:
    """Let the model use nearly all of its memory, and no more."""
    time.sleep(2 * INTERVAL_S)
    used, limit = (
        max(
            float(one["value"][1]) for one in watching.query(f"{name}{{stack='{dev}'}}")
        )
        for name in (
            "slipway_container_memory_working_set_bytes",
            "slipway_container_memory_limit_bytes",
        )
    )
    for _ in range(int((0.95 * limit - used) / EATEN_BYTES)):
        post(url, asking("eats"))


def post(url: str, body: bytes) -> None:
    """Until it is answered: the service refuses what is too much."""
    until(
        lambda: httpx.post(url, content=body, timeout=30).status_code == 200,
        "an answer",
    )


def answers(url: str) -> bool:
    """Whether a good request gets its answer now."""
    try:
        return httpx.post(url, content=asking(), timeout=5).status_code == 200
    except httpx.HTTPError:
        return False
