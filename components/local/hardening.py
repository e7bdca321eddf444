"""What no container of this machine may do, and how much it may log."""

from typing import Any

HARDENED: dict[str, Any] = {
    "capabilities": {"drops": ["ALL"]},
    "security_opts": ["no-new-privileges:true"],
    "read_only": True,
    "tmpfs": {"/tmp": "rw,noexec,nosuid,nodev,size=16m"},
    "restart": "unless-stopped",
    "log_driver": "json-file",
    "log_opts": {"max-size": "10m", "max-file": "3"},
}


def limits(cpu: float, memory_mb: int) -> dict[str, Any]:
    """
    CPU and memory, with no swap on top.

    Both are spelled as Docker's provider reads them back ("1.0", swap always set):
    otherwise each preview shows a change.
    """
    return {
        "cpus": str(float(cpu)),
        "memory": memory_mb,
        "memory_swap": memory_mb,
    }
