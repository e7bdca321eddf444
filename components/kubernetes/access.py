"""Who the pods are, what they are trusted with, and where they live."""

import json

import pulumi
import pulumi_kubernetes as k8s

from components.login import Login
from stacks.settings.secrets import secret

from .place import Place

_STANDARD = "pod-security.kubernetes.io"


def namespace(name: str, place: Place) -> k8s.core.v1.Namespace | None:
    """The namespace, which takes restricted pods only; None where it is another's."""
    if not place.platform.create_namespace:
        return None
    kinds = ("enforce", "audit", "warn")
    modes = {f"{_STANDARD}/{kind}": "restricted" for kind in kinds}
    metadata = place.metadata(place.platform.namespace, labels=modes)
    del metadata["namespace"]
    return k8s.core.v1.Namespace(name, metadata=metadata, opts=place.opts)


def service_account(name: str, place: Place) -> k8s.core.v1.ServiceAccount:
    """An identity without a token: the pods have nothing to ask the cluster."""
    annotations = place.platform.service_account_annotations
    return k8s.core.v1.ServiceAccount(
        name,
        metadata=place.metadata(annotations=annotations),
        automount_service_account_token=False,
        opts=place.opts,
    )


def files_secret(
    name: str, names: tuple[str, ...], place: Place
) -> pulumi.Output[str] | None:
    """
    The secrets of a service, each a key; returns the name that the engine gives.

    It never changes: another value is another Secret, so pods that run keep theirs
    until their successors are proven.
    """
    if not names:
        return None
    made = k8s.core.v1.Secret(
        name,
        metadata=place.metadata(named=False),
        string_data={one: secret(one) for one in names},
        immutable=True,
        opts=place.opts,
    )
    return made.metadata.name


def pull_secret(name: str, login: Login, place: Place) -> pulumi.Output[str]:
    """An account at a registry, as the kubelet reads it; returns its name."""

    def told(password: str) -> str:
        account = {"username": login.username, "password": password}
        return json.dumps({"auths": {login.address: account}})

    made = k8s.core.v1.Secret(
        name,
        metadata=place.metadata(named=False),
        type="kubernetes.io/dockerconfigjson",
        string_data={".dockerconfigjson": login.password.apply(told)},
        opts=place.opts,
    )
    return made.metadata.name
