"""The objects that a stack's program declares, as YAML that any client applies."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from stacks.offline import Declaration
from stacks.offline.registration import Registration
from stacks.offline.values import Secret, Unknown

_PREFIX = "kubernetes:"
# Pulumi's alone, and of no meaning to anybody else.
_ENGINES_OWN = "pulumi.com/"
_FIRST = ("Namespace", "ServiceAccount", "ConfigMap")


class _Readable(yaml.SafeDumper):
    """Files within a manifest stand as they are, line by line."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Readable.add_representer(str, _text)


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A stack's objects; what only a person may give stands apart."""

    stack: str
    objects: tuple[dict[str, Any], ...]
    secrets: tuple[dict[str, Any], ...]
    """Secrets without their values, which never leave Pulumi's configuration."""

    def text(self) -> str:
        """One file, the same to the byte for the same stack."""
        head = [f"# {self.stack}, written by `python -m stacks render {self.stack}`."]
        for one in self.secrets:
            keys = ", ".join(one["keys"])
            head.append(
                f"# To be made by you: Secret {one['name']} ({one['type']}): {keys}"
            )
        documents = yaml.dump_all(
            self.objects, Dumper=_Readable, width=1000, explicit_start=True
        )
        return "\n".join([*head, documents])


def rendered(stack: str, declared: Declaration, image: str) -> Rendered:
    """What `declared` holds for a cluster, with `image` where only a build can tell."""
    found = [one for one in declared.resources if _is_object(one)]
    (service,) = (one for one in found if one.type == "kubernetes:core/v1:Service")
    names = _Names(service.inputs["metadata"]["name"], image)
    objects = [names.known(one.inputs) for one in found if not _is_secret(one)]
    _leave_to_autoscalers(objects)
    objects.sort(key=_rank)
    secrets = [names.secret(one) for one in found if _is_secret(one)]
    return Rendered(
        stack=stack,
        objects=tuple(_plain(one) for one in objects),
        secrets=tuple(secrets),
    )


@dataclass(frozen=True)
class _Names:
    """What an engine would find out, found out without one."""

    service: str
    image: str

    def known(self, value: Any, path: tuple[str, ...] = ()) -> Any:
        match value:
            case Mapping():
                own = (*path, str(value.get("name", "")))
                return {key: self.known(one, (*own, key)) for key, one in value.items()}
            case list():
                return [
                    self.known(one, (*path, str(at))) for at, one in enumerate(value, 1)
                ]
            case Unknown() | None:  # a name that an engine gives is none without one
                return self._found(path)
            case Secret():
                raise LookupError(f"{'.'.join(path)} is a secret outside a Secret")
        return value

    def secret(self, one: Registration) -> dict[str, Any]:
        number = one.name.rpartition("-registry-")[2]
        pull = "dockerconfigjson" in one.inputs.get("type", "")
        values = one.inputs["stringData"]
        keys = values.value if isinstance(values, Secret) else values
        return {
            "name": self._pull(number) if pull else self._files,
            "type": one.inputs.get("type", "Opaque"),
            "keys": sorted(keys),
        }

    def _found(self, path: Sequence[str]) -> str:
        if path[-1] == "image" or "SLIPWAY_IMAGE" in path:
            return self.image
        if path[-1] == "secretName":
            return self._files
        if "imagePullSecrets" in path:
            return self._pull(path[path.index("imagePullSecrets") + 1])
        raise LookupError(f"{'.'.join(path)} is known to an engine only")

    @property
    def _files(self) -> str:
        return f"{self.service}-secrets"

    def _pull(self, number: str) -> str:
        return f"{self.service}-registry-{number}"


def _leave_to_autoscalers(objects: Sequence[dict[str, Any]]) -> None:
    """Whoever applies a number of pods sets back what an autoscaler made of it."""
    scaled = {
        one["spec"]["scaleTargetRef"]["name"]
        for one in objects
        if one["kind"] == "HorizontalPodAutoscaler"
    }
    for one in objects:
        if one["kind"] == "Deployment" and one["metadata"]["name"] in scaled:
            one["spec"].pop("replicas", None)


def _is_object(one: Registration) -> bool:
    return one.custom and one.type.startswith(_PREFIX)


def _is_secret(one: Registration) -> bool:
    return one.inputs.get("kind") == "Secret"


def _rank(one: Mapping[str, Any]) -> tuple[int, str, str]:
    kind = one["kind"]
    order = _FIRST.index(kind) if kind in _FIRST else len(_FIRST)
    return order, kind, one["metadata"]["name"]


def _plain(value: Any) -> Any:
    """Without what is for an engine, and made by GitOps as far as labels tell."""
    match value:
        case Mapping():
            entries = dict(_entries(value))
            return {key: _plain(one) for key, one in entries.items()}
        case list():
            return [_plain(one) for one in value]
    return value


def _entries(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, one in value.items():
        if key.startswith(_ENGINES_OWN):
            continue
        if key == "slipway.engine":
            yield key, "gitops"
        elif key == "annotations" and all(k.startswith(_ENGINES_OWN) for k in one):
            continue
        else:
            yield key, one
