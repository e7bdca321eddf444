"""What somebody changed in a cluster beside Slipway."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stacks.settings.cluster import Cluster
from stacks.settings.cluster_error import ClusterError

from ..comparison import differences, not_looked_at
from ..replica import Changes, Resource
from .fields import added

_OURS = "kubernetes:"
_SEALED = "Secret"
_FORBIDDEN = 403


def changed_by_hand(
    cluster: Cluster, labels: Mapping[str, str], declared: Sequence[Resource]
) -> Changes:
    """
    Every object but Secrets, whose values no declaration knows.

    What is declared is compared; of what is not, the API server knows who set it.
    """
    objects = [one.inputs for one in declared if _is_object(one)]
    unseen = [*not_looked_at(one for one in declared if not _is_object(one))]
    found: list[str] = []
    for one in declared:
        if not _is_object(one):
            continue
        try:
            found += _in_object(cluster, one)
        except ClusterError as error:
            if error.code != _FORBIDDEN:
                raise
            unseen.append(f"{_called(one.inputs)} (forbidden)")
    names = {_called(one) for one in objects}
    for one in cluster.list(cluster.path("deployments"), labels):
        called = _called({"kind": "Deployment", **one})
        if called not in names:
            found.append(f"{called} is there, which nobody declares")
    return Changes(found=tuple(found), not_looked_at=tuple(unseen))


def _in_object(cluster: Cluster, declared: Resource) -> Iterator[str]:
    wanted, called = declared.inputs, _called(declared.inputs)
    there = cluster.get(_path(wanted))
    if there is None:
        yield f"{called} is gone"
        return
    for text in differences(wanted, there, ignored=declared.ignore_changes):
        yield f"{called}: {text}"
    for text in added(wanted, there):
        yield f"{called}: {text}"


def _is_object(one: Resource) -> bool:
    return one.type.startswith(_OURS) and one.inputs.get("kind", _SEALED) != _SEALED


def _called(one: Mapping[str, Any]) -> str:
    return f"{one['kind']} {one['metadata']['name']}"


def _path(one: Mapping[str, Any]) -> str:
    """Where the API server keeps an object of this kind and name."""
    version, metadata = one["apiVersion"], one["metadata"]
    root = "/apis" if "/" in version else "/api"
    space = metadata.get("namespace")
    inside = f"/namespaces/{space}" if space else ""
    return f"{root}/{version}{inside}/{_plural(one['kind'])}/{metadata['name']}"


def _plural(kind: str) -> str:
    """As the API spells the kinds that Slipway declares."""
    word = kind.lower()
    if word.endswith("y"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith("s") else f"{word}s"
