"""Containers of this machine, behind their edge."""

from collections.abc import Iterator, Sequence

from stacks.settings.secrets import FOLDER

from ..declared import Copy, Declared, Resource

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
    checked = "healthcheck" in inputs
    image = inputs.get("image")
    env = (pair.partition("=") for pair in inputs.get("envs", ()) if str(pair) == pair)
    role = _label(one, "slipway.role")
    return Copy(
        name=one.name,
        role="canary" if role == "canary" else "model",
        # An engine knows it by its id once it is pulled by digest.
        image=image if isinstance(image, str) else None,
        user=int(user) if user.isdecimal() else None,
        cpu=float(inputs.get("cpus") or 0),
        memory_mb=float(inputs.get("memory") or 0),
        ready=checked,
        live=checked,
        read_only=bool(inputs.get("readOnly")),
        env={key: value for key, _, value in env},
        secrets=secrets,
        labels={label["label"]: label["value"] for label in inputs.get("labels", ())},
    )


def _secrets(one: Resource) -> Iterator[str]:
    for upload in one.inputs.get("uploads", ()):
        folder, _, name = upload["file"].rpartition("/")
        if folder == FOLDER:
            yield name


def _label(one: Resource, key: str) -> str | None:
    found = (
        pair["value"] for pair in one.inputs.get("labels", ()) if pair["label"] == key
    )
    return next(found, None)


def _is_exposed(one: Resource) -> bool:
    ports = one.inputs.get("ports", ())
    return any(port.get("ip", "0.0.0.0") not in _LOOPBACK for port in ports)
