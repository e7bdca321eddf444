"""The cluster as tests see it: where it is, whether it is up, whom it pulls from."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from .addresses import NODE
from .execution import run, succeeds
from .processes import Processes


def _home() -> Path:
    if home := os.environ.get("SLIPWAY_CLUSTER_HOME"):
        return Path(home).absolute()
    return Path.home() / ".cache" / "slipway-cluster"


@dataclass(frozen=True)
class Cluster:
    """
    The one cluster of this machine.

    Its home holds what is built, which is kept, and what runs, which `down` removes.
    """

    home: Path = field(default_factory=_home)
    context: ClassVar[str] = "slipway-test"
    nobody: ClassVar[str] = "slipway-nobody"
    """The context of somebody whom the API server knows and gives no right."""

    @property
    def bin_dir(self) -> Path:
        """The programs, kubectl among them."""
        return self.home / "bin"

    @property
    def run_dir(self) -> Path:
        """What there is while the cluster runs, and no longer."""
        return self.home / "run"

    @property
    def kubeconfig(self) -> Path:
        """Both contexts; it needs no other file."""
        return self.run_dir / "kubeconfig"

    @property
    def pki(self) -> Path:
        """Certificates and keys."""
        return self.run_dir / "pki"

    @property
    def socket(self) -> Path:
        """Where containerd answers."""
        return self.run_dir / "containerd.sock"

    @property
    def processes(self) -> Processes:
        """Those of the control plane and the node."""
        return Processes(self.run_dir)

    @property
    def completed(self) -> Path:
        """The mark that `up` came to its end."""
        return self.run_dir / "completed"

    def is_up(self) -> bool:
        """Whether all of it was started, runs, and the node is ready."""
        whole = self.completed.exists() and self.processes.all_run()
        # On a busy machine an answer takes its time, and `up` ends what is not up.
        return whole and self.node_ready(patience_s=20)

    def node_ready(self, patience_s: int = 1) -> bool:
        """Whether the API server answers and calls the node ready."""
        ready = ("wait", "--for=condition=Ready", f"--timeout={patience_s}s")
        return succeeds(*self.kubectl_command(*ready, f"node/{NODE}"))

    def kubectl(self, *arguments: str | Path, given: str | None = None) -> str:
        """What kubectl prints, as an administrator; raises ClusterError if it fails."""
        return run(*self.kubectl_command(*arguments), given=given)

    def kubectl_command(self, *arguments: str | Path) -> list[str | Path]:
        """The command line of kubectl with this cluster's own configuration."""
        options = (
            f"--kubeconfig={self.kubeconfig}",
            f"--cache-dir={self.run_dir / 'kubectl'}",
        )
        return [self.bin_dir / "kubectl", *options, *arguments]

    def trust_registry(self, port: int) -> None:
        """Let the node pull from a registry on loopback that speaks plain HTTP."""
        folder = self.run_dir / "certs.d" / f"127.0.0.1:{port}"
        folder.mkdir(parents=True, exist_ok=True)
        address = f"http://127.0.0.1:{port}"
        (folder / "hosts.toml").write_text(
            f'server = "{address}"\n'
            f'[host."{address}"]\n'
            'capabilities = ["pull", "resolve"]\n'
        )
