"""Containers of this machine, behind their edge."""

from collections.abc import Iterator, Sequence

from stacks.settings.secrets import FOLDER

from ..declared import Copy, Declared
from ..told import SOMETHING, Resource, all_told, told

_CONTAINER = "docker:index/container:Container"
_LOOPBACK = ("127.0.0.1", "::1")


def read(resources: Sequence[Resource]) -> Declared:
    """What is declared on a machine; its shared stack's Prometheus raises alerts."""
    containers = [one for one in resources if one.type == _CONTAINER]
    # A container that never runs puts them into the volume that the copies mount.
    secrets = frozenset(name for one in containers for name in _secrets(one))
    models = [one for one in containers if _label(one, "slipway.role") == "model"]
    canaries = [one for one in containers if _label(one, "slipway.role") == "canary"]
    return Declared(
        copies=tuple(_copy(one, secrets) for one in (*models, *canaries)),
        exposed=tuple(one.name for one in containers if _is_exposed(one)),
        alerts=None,
        replicas=len(models) or None,
    )


def _copy(one: Resource, secrets: frozenset[str]) -> Copy:
    inputs = one.inputs
    user = str(inputs.get("user", "")).partition(":")[0]
    checked = bool(inputs.get("healthcheck"))
    env = (pair.partition("=") for pair in all_told(inputs.get("envs") or ()))
    role = _label(one, "slipway.role")
    return Copy(
        name=one.name,
        role="canary" if role == "canary" else "model",
        # An engine knows it by its id once it is pulled by digest.
        image=told(inputs, "image"),
        user=int(user) if user.isdecimal() else None,
        cpu=float(inputs.get("cpus") or 0),
        memory_mb=float(inputs.get("memory") or 0),
        ready=checked,
        live=checked,
        read_only=bool(inputs.get("readOnly")),
        env={key: value for key, _, value in env},
        secrets=secrets,
        labels=_labels(one),
    )


def _secrets(one: Resource) -> Iterator[str]:
    for upload in one.inputs.get("uploads") or ():
        folder, _, name = upload["file"].rpartition("/")
        if folder == FOLDER:
            yield name


def _labels(one: Resource) -> dict[str, str]:
    pairs = one.inputs.get("labels") or ()
    return {pair["label"]: told(pair, "value", SOMETHING) for pair in pairs}


def _label(one: Resource, key: str) -> str | None:
    found = (
        pair["value"] for pair in one.inputs.get("labels") or () if pair["label"] == key
    )
    return next(found, None)


def _is_exposed(one: Resource) -> bool:
    ports = one.inputs.get("ports") or ()
    return any(port.get("ip", "0.0.0.0") not in _LOOPBACK for port in ports)
