"""Whether a registry is one of this machine."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether `host[:port]` is this machine, where nobody else reads plain HTTP."""
    name = host.rpartition(":")[0] if ":" in host.rpartition("]")[2] else host
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost"
