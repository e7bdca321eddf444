"""What somebody changed in Docker beside Slipway."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any, cast

import docker
import docker.errors
from docker.models.containers import Container

from stacks.offline.docker.container_request import request

from ..comparison import differences, not_looked_at
from ..replica import Changes, Resource

_CONTAINER = "docker:index/container:Container"
_NETWORK = "docker:index/network:Network"
_CLOSED: Mapping[str, Any] = {
    "Binds": [],
    "CapAdd": [],
    "Devices": [],
    "Mounts": [],
    "PortBindings": {},
    "Privileged": False,
    "VolumesFrom": [],
}
"""What a container has nothing of unless that is declared."""
_BY_A_BUILD = "SLIPWAY_IMAGE"


def changed_by_hand(
    client: docker.DockerClient, stack: str, declared: Sequence[Resource]
) -> Changes:
    """Containers are known by their role: their names are an engine's to choose."""
    own: dict[str, Any] = {"label": f"slipway.stack={stack}"}
    listed = client.containers.list(all=True, filters=own, ignore_removed=True)
    roles: dict[str, list[Mapping[str, Any]]] = {}
    for one in declared:
        if one.type == _CONTAINER:
            roles.setdefault(_labels(one.inputs)["slipway.role"], []).append(one.inputs)
    networks = client.networks.list(filters=own, greedy=True)
    names = {one.name or "" for one in networks}
    strangers = (text for one in networks for text in _strangers(one))
    found = [
        *_in_roles(roles, listed, names),
        *_closed(declared, networks),
        *strangers,
    ]
    left = [one for one in declared if one.type not in (_CONTAINER, _NETWORK)]
    return Changes(found=tuple(found), not_looked_at=not_looked_at(left))


def _in_roles(
    roles: Mapping[str, list[Mapping[str, Any]]],
    listed: Sequence[Container],
    networks: Set[str],
) -> Iterator[str]:
    for role, wanted in roles.items():
        mine = [one for one in listed if one.labels.get("slipway.role") == role]
        # What a proof has stopped stays for its log; what never runs only lends files.
        runs = wanted[0].get("start", True)
        if runs:
            mine = [one for one in mine if one.status == "running"]
        if len(mine) != len(wanted):
            yield (
                f"{len(mine)} containers {'run' if runs else 'exist'} as {role}, "
                f"declared {len(wanted)}"
            )
        for one in mine:
            yield from _in_container(one, wanted, networks)
    for one in listed:
        role = one.labels.get("slipway.role")
        if role not in roles and one.status == "running":
            yield f"container {one.name} runs as {role}, which nobody declares"


def _in_container(
    one: Container, wanted: list[Mapping[str, Any]], networks: Set[str]
) -> Iterator[str]:
    """Against the declared one that it comes nearest to."""
    there = {**one.attrs["Config"], "HostConfig": one.attrs["HostConfig"]}
    there["Env"] = _pairs(there["Env"], without=_of_image(one))
    each = [
        [*differences(_asked(inputs), there), *_elsewhere(one, inputs, networks)]
        for inputs in wanted
    ]
    for text in min(each, key=len):
        yield f"container {one.name}: {text}"
    if one.attrs["State"].get("Health", {}).get("Status") == "unhealthy":
        yield f"container {one.name} is unhealthy"


def _asked(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What Docker was asked for, as it says it back."""
    body = request(dict(inputs))
    body.pop("Image", None)  # a replica tells it by its digest
    body["Env"] = _pairs(body.get("Env", ()))
    body["HostConfig"] = {**_CLOSED, **body.get("HostConfig", {})}
    return body


def _pairs(env: Sequence[Any] | None, without: Sequence[str] = ()) -> list[Any]:
    """By name; without the one that only a build can tell, and those of an image."""
    known = [one for one in env or () if isinstance(one, str) and one not in without]
    pairs = (one.partition("=") for one in known)
    return [{"name": k, "value": v} for k, _, v in pairs if k != _BY_A_BUILD]


def _of_image(one: Container) -> list[str]:
    try:
        return cast(Any, one.image).attrs["Config"].get("Env") or []
    except docker.errors.ImageNotFound:
        return []


def _elsewhere(
    one: Container, inputs: Mapping[str, Any], networks: Set[str]
) -> Iterator[str]:
    """The networks that it is in, beside the stack's own and those it names."""
    joined = [network["name"] for network in inputs.get("networksAdvanced", ())]
    named = {name for name in joined if isinstance(name, str)}
    allowed = named | networks if joined else {inputs["networkMode"]}
    there = one.attrs["NetworkSettings"]["Networks"].keys()
    for name in sorted(there - allowed):
        yield f"it is in {name}, which nobody declares"
    # Another one of the stack's own may let out what this one must not.
    if there <= allowed and len(there) > len(joined or allowed):
        yield f"it is in {len(there)} networks, declared {len(joined or allowed)}"


def _closed(declared: Sequence[Resource], networks: Sequence[Any]) -> Iterator[str]:
    """Their names are an engine's too; what counts is which of them let nothing out."""
    made = [one.inputs for one in declared if one.type == _NETWORK]
    for closed in (True, False):
        wanted = sum(one.get("internal", False) is closed for one in made)
        there = sum(one.attrs["Internal"] is closed for one in networks)
        if there != wanted:
            way = "nothing" if closed else "something"
            yield f"{there} networks let {way} out, declared {wanted}"


def _strangers(network: Any) -> Iterator[str]:
    """Who is in a network of the stack, and is no container of any stack."""
    network.reload()
    for id in network.attrs["Containers"] or {}:
        try:
            there = network.client.containers.get(id)
        except docker.errors.NotFound:  # it has just ended
            continue
        if "slipway.stack" not in there.labels:
            yield f"container {there.name} is in {network.name}, which nobody declares"


def _labels(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {one["label"]: one["value"] for one in inputs.get("labels", ())}
