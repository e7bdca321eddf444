"""A Compose file, as text that people read."""

import textwrap
from collections.abc import Iterator
from typing import Any

import yaml

from . import callers, model
from .container import Service
from .prometheus import prometheus
from .source import Source

MARK = "# Made by `python -m stacks compose"
_HEAD = """\
{mark} {stack}` from stacks/Pulumi.{stack}.yaml: run that again
# instead of editing this.
#
#   docker compose up                      the model, an application, Prometheus
#   docker compose --profile sidecar up    and the model as an application's sidecar
#
# EDGE_PORT and PROMETHEUS_PORT choose other ports: {stack} itself holds its own while
# it is up. docs/sidecar.md says more.
"""
_SOCKET_OPTIONS = "size=1m,uid=10001,gid=10001,mode=0770,noexec,nosuid,nodev"


def compose_text(source: Source) -> str:
    """The file; the same settings and image give the same text."""
    parts = [
        _HEAD.format(mark=MARK, stack=source.stack),
        _yaml({"name": f"slipway-{source.stack.lower()}"}),
        "services:\n",
    ]
    for name, purpose, service in _services(source):
        entry = f"# {purpose}\n{_yaml({name: service})}"
        parts.append(textwrap.indent(entry, "  "))
    parts += [_yaml({key: found}) for key, found in _shared(source).items() if found]
    return "\n".join(parts)


def _services(source: Source) -> Iterator[tuple[str, str, Service]]:
    """Each with its name and what it is there for."""
    replica, edge = model.replicas(source), model.edge(source)
    yield "model", "The replicas; nothing outside reaches them.", replica
    yield "edge", "haproxy: the one port, and a balance of load.", edge
    yield (
        "application",
        "Your application, in place of this one, asks the edge.",
        callers.networked(source, replica),
    )
    yield (
        "prometheus",
        "Finds each replica by name and scrapes its private port.",
        prometheus(source, edge),
    )
    yield (
        "sidecar",
        "The same model for one application only, on a Unix socket in memory.",
        model.sidecar(replica),
    )
    yield (
        "sidecar-application",
        "It has no network at all, and asks through the socket.",
        callers.neighbour(source, replica),
    )


def _shared(source: Source) -> dict[str, Any]:
    """What the services hold in common."""
    mounted = f"{source.clone}/stacks/compose/mounted"
    memory = {"type": "tmpfs", "device": "tmpfs", "o": _SOCKET_OPTIONS}
    return {
        "networks": {"private": {"internal": True}, "public": {}},
        "volumes": {
            "prometheus": {},
            "socket": {"driver": "local", "driver_opts": memory},
        },
        "configs": {
            "application": {"file": f"{mounted}/application.py"},
            "prometheus": {"file": f"{mounted}/prometheus.yml"},
        },
        "secrets": {
            name: {"file": f"./secrets/{name}"}
            for name in source.settings.service.secrets
        },
    }


class _Readable(yaml.SafeDumper):
    """Lists on one line; what two services share is written out in each."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Readable.add_representer(
    list,
    lambda dumper, items: dumper.represent_sequence(
        "tag:yaml.org,2002:seq", items, flow_style=True
    ),
)


def _yaml(document: dict[str, Any]) -> str:
    return yaml.dump(document, Dumper=_Readable, sort_keys=False, width=88)
