"""A real Prometheus that looks at annotated pods, as a cluster's own would."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from stacks.settings.cluster_error import ClusterError
from tests import images
from tests.components import promtool
from tests.deployment.kubernetes.applied import Applied
from tests.deployment.watching import until
from tests.estate import free_port
from tests.prometheus import asked

_EVERY = "1s"
_FOLDER = "/etc/prometheus"


@dataclass(frozen=True)
class Prometheus:
    """What watches the stack, with the stack's own rules."""

    port: int

    def query(self, expression: str) -> list[dict[str, Any]]:
        """What it answers now."""
        return asked(self.port, expression)

    def fires(self, alert: str) -> bool:
        """Whether this alert fires now."""
        firing = f'ALERTS{{alertname="slipway_{alert}",alertstate="firing"}}'
        return bool(self.query(firing))

    def until_fires(self, alert: str, seconds: float = 60) -> float:
        """Wait for it; returns how long that took."""
        begun = time.monotonic()
        until(lambda: self.fires(alert), f"{alert} fires", seconds)
        return time.monotonic() - begun


@contextmanager
def watching(stack: Applied, folder: Path) -> Iterator[Prometheus]:
    """Prometheus on this machine, with the rules that the cluster has of the stack."""
    mine = {"slipway.stack": stack.stack}
    kept = stack.cluster.list(stack.cluster.path("configmaps"), mine)
    (rules,) = (one["data"] for one in kept if "rules.yaml" in one["data"])
    _write(folder / "rules.yaml", rules["rules.yaml"])
    _write(folder / "prometheus.yml", yaml.safe_dump(_CONFIG))
    folder.chmod(0o755)
    with _discovered(stack, folder / "pods.json"), _started(folder) as one:
        until(lambda: _sees(one, stack), "Prometheus to see the pods")
        yield one


_CONFIG = {
    "global": {"scrape_interval": _EVERY, "evaluation_interval": _EVERY},
    "rule_files": [f"{_FOLDER}/rules.yaml"],
    "scrape_configs": [
        {
            "job_name": "kubernetes-pods",
            "file_sd_configs": [
                {"files": [f"{_FOLDER}/pods.json"], "refresh_interval": _EVERY}
            ],
        }
    ],
}


@contextmanager
def _started(folder: Path) -> Iterator[Prometheus]:
    port = free_port()
    run = ["run", "-d", "--network=host", f"--volume={folder}:{_FOLDER}:ro"]
    options = [
        f"--config.file={_FOLDER}/prometheus.yml",
        f"--web.listen-address=127.0.0.1:{port}",
        "--storage.tsdb.path=/prometheus",
    ]
    entry = ["--entrypoint=/usr/bin/prometheus", promtool.built("prometheus")]
    name = images.docker(*run, *entry, *options).decode().strip()
    try:
        yield Prometheus(port)
    finally:
        images.docker("rm", "-f", name)


@contextmanager
def _discovered(stack: Applied, file: Path) -> Iterator[None]:
    """
    Tell Prometheus of the pods as the community's chart has it do by itself.

    Debian's Prometheus is built without the part that asks a cluster.
    """
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            _write(file, json.dumps(list(_targets(stack))))
            over.wait(1)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _targets(stack: Applied) -> Iterator[dict[str, Any]]:
    """Each pod that is annotated, at its port, with its labels."""
    try:
        found = stack.cluster.list(stack.cluster.path("pods"))
    except ClusterError:
        return
    for pod in found:
        told = pod["metadata"].get("annotations", {})
        address = pod["status"].get("podIP")
        if told.get("prometheus.io/scrape") == "true" and address:
            labels = pod["metadata"]["labels"].items()
            yield {
                "targets": [f"{address}:{told['prometheus.io/port']}"],
                "labels": {re.sub(r"\W", "_", key): value for key, value in labels},
            }


def _write(file: Path, text: str) -> None:
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text(text)
    unfinished.chmod(0o644)
    unfinished.rename(file)


def _sees(one: Prometheus, stack: Applied) -> bool:
    try:
        return bool(one.query(f'slipway_ready{{stack="{stack.stack}"}} == 1'))
    except httpx.HTTPError:
        return False
