"""A real Prometheus that finds annotated pods, as a cluster's own would."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests import images
from tests.components import promtool
from tests.deployment.kubernetes.applied import Applied
from tests.deployment.watching import until
from tests.estate import free_port

_EVERY = "1s"
# What the community's chart does with the annotations, as far as it matters here.
_RELABELLED = [
    {
        "source_labels": ["__meta_kubernetes_pod_annotation_prometheus_io_scrape"],
        "action": "keep",
        "regex": "true",
    },
    {
        "source_labels": [
            "__meta_kubernetes_pod_ip",
            "__meta_kubernetes_pod_annotation_prometheus_io_port",
        ],
        "separator": ":",
        "target_label": "__address__",
    },
    # One address for each of the two ports that a pod names, of which one is scraped.
    {"action": "labelmap", "regex": "__meta_kubernetes_pod_label_(.+)"},
]


@dataclass(frozen=True)
class Prometheus:
    """What watches the stack, with the stack's own rules."""

    port: int

    def query(self, expression: str) -> list[dict[str, Any]]:
        """What it answers now."""
        address = f"http://127.0.0.1:{self.port}/api/v1/query"
        answer = httpx.get(
            address, params={"query": expression}, timeout=10, trust_env=False
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]["result"]

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
def watching(stack: Applied, kubeconfig: Path, folder: Path) -> Iterator[Prometheus]:
    """Prometheus on this machine, with the rules that the cluster has of the stack."""
    maps = f"/api/v1/namespaces/{stack.cluster.namespace}/configmaps"
    kept = stack.cluster.list(maps, {"slipway.stack": stack.stack})
    (rules,) = (one["data"] for one in kept if "rules.yaml" in one["data"])
    found = {"role": "pod", "kubeconfig_file": "/etc/prometheus/kubeconfig"}
    namespaces = {"names": [stack.cluster.namespace]}
    config = {
        "global": {"scrape_interval": _EVERY, "evaluation_interval": _EVERY},
        "rule_files": ["/etc/prometheus/rules.yaml"],
        "scrape_configs": [
            {
                "job_name": "kubernetes-pods",
                "kubernetes_sd_configs": [{**found, "namespaces": namespaces}],
                "relabel_configs": _RELABELLED,
            }
        ],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    (folder / "rules.yaml").write_text(rules["rules.yaml"])
    (folder / "kubeconfig").write_bytes(kubeconfig.read_bytes())
    for file in folder.iterdir():
        file.chmod(0o644)
    folder.chmod(0o755)
    port = free_port()
    run = ["run", "-d", "--network=host", f"--volume={folder}:/etc/prometheus:ro"]
    entry = ["--entrypoint=/usr/bin/prometheus", promtool.built("prometheus")]
    listen = f"--web.listen-address=127.0.0.1:{port}"
    options = ["--config.file=/etc/prometheus/prometheus.yml", listen]
    name = images.docker(*run, *entry, *options).decode().strip()
    try:
        one = Prometheus(port)
        until(lambda: _sees(one, stack), "Prometheus to see the pods")
        yield one
    finally:
        images.docker("rm", "-f", name)


def _sees(one: Prometheus, stack: Applied) -> bool:
    try:
        return bool(one.query(f'slipway_ready{{stack="{stack.stack}"}} == 1'))
    except httpx.HTTPError:
        return False
