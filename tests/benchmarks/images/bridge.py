"""A network of the builders' own, which counts all that their builds download."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.benchmarks.running import BenchmarkError

from .command import run

NAME = "slipway-images"
_PROGRAMS = ("dockerd", "ip", "iptables", "setpriv")
_ADDRESS = "172.31.213.1/24"
_OUTWARD = ["POSTROUTING", "-s", _ADDRESS, "!", "-o", NAME, "-j", "MASQUERADE"]
# Docker's own daemon may have closed the way through this machine to all but its own.
_RULES = (
    ("nat", _OUTWARD),
    ("filter", ["FORWARD", "-i", NAME, "-j", "ACCEPT"]),
    ("filter", ["FORWARD", "-o", NAME, "-j", "ACCEPT"]),
)


@contextmanager
def bridge() -> Iterator[None]:
    """The network, as long as the builders need it."""
    _check()
    _remove()
    try:
        run("ip", "link", "add", "name", NAME, "type", "bridge")
        run("ip", "address", "add", _ADDRESS, "dev", NAME)
        run("ip", "link", "set", NAME, "up")
        for table, rule in _RULES:
            run("iptables", "-w", "-t", table, "-I", *rule)
        yield
    finally:
        _remove()


def downloaded() -> int:
    """Bytes that went into the network's containers so far."""
    return int(Path(f"/sys/class/net/{NAME}/statistics/tx_bytes").read_text())


def _check() -> None:
    missing = [name for name in _PROGRAMS if not shutil.which(name)]
    if missing or os.geteuid() != 0:
        lack = f"there is no {', '.join(missing)}" if missing else "you are not root"
        raise BenchmarkError(
            f"a builder with nothing is a second dockerd with a network of its own, "
            f"and {lack}; run this as root where Docker Engine is installed"
        )


def _remove() -> None:
    """All of it, and what a killed run left."""
    for table, rule in _RULES:
        with suppress(BenchmarkError):
            while True:
                run("iptables", "-w", "-t", table, "-D", *rule)
    with suppress(BenchmarkError):
        run("ip", "link", "delete", NAME)
