"""The programs of the cluster: built once from pinned Go modules, then kept."""

import time
from collections.abc import Callable

from .cluster import Cluster
from .go_module import GoModule

_KUBERNETES = GoModule("kubernetes")
_PROGRAMS = {
    **{
        name: (_KUBERNETES, f"k8s.io/kubernetes/cmd/{name}")
        for name in (
            "kubectl",
            "kube-apiserver",
            "kube-controller-manager",
            "kube-scheduler",
            "kubelet",
            "kube-proxy",
        )
    },
    # Of the same module: it is an API server too, of parts that are compiled by then.
    "metrics-server": (_KUBERNETES, "sigs.k8s.io/metrics-server/cmd/metrics-server"),
    "pause": (GoModule("pause"), "."),
}


def build_binaries(cluster: Cluster, say: Callable[[str], None]) -> None:
    """Build each program whose pin is not the one that it was built from."""
    cluster.bin_dir.mkdir(parents=True, exist_ok=True)
    for name, (module, package) in _PROGRAMS.items():
        mark = cluster.bin_dir / f".{name}.pin"
        if mark.exists() and mark.read_text() == module.pin:
            continue
        started = time.monotonic()
        unfinished = cluster.bin_dir / f".{name}.unfinished"
        flags = ("-ldflags", _linker_flags(module))
        module.go(cluster.home, "build", *flags, "-o", unfinished, package)
        # Without its mark while the two disagree: a stop between them only rebuilds.
        mark.unlink(missing_ok=True)
        unfinished.rename(cluster.bin_dir / name)
        mark.write_text(module.pin)
        say(f"{time.monotonic() - started:6.1f} s  built {name}")


def _linker_flags(module: GoModule) -> str:
    """Kubernetes is told its version, on which its parts and clients decide things."""
    if module != _KUBERNETES:
        return "-s -w"
    version = module.version("k8s.io/kubernetes")
    major, minor, _ = version.removeprefix("v").split(".", 2)
    told = {
        "gitVersion": version,
        "gitMajor": major,
        "gitMinor": minor,
        "gitTreeState": "archive",
        "buildDate": "1970-01-01T00:00:00Z",
    }
    return " ".join(
        [
            "-s -w",
            *(
                f"-X {package}.{name}={value}"
                for package in (
                    "k8s.io/component-base/version",
                    "k8s.io/client-go/pkg/version",
                )
                for name, value in told.items()
            ),
        ]
    )
