"""Releases in a registry that the cluster reaches, and stacks to run them."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from stacks.releases.ledger import ledger_for
from tests.cluster import Cluster as OwnCluster
from tests.deployment.kubernetes.applied import Applied
from tests.deployment.kubernetes.objects import apply
from tests.estate import Estate
from tests.faulty import faulty
from tests.packages import EXAMPLE, variant

HEALTH = {"interval_s": 1, "timeout_s": 2, "startup_s": 20, "window_s": 1}
Stack = Callable[..., Applied]
Built = Callable[[Path, str], str]


@pytest.fixture(scope="session")
def registry(shared_estate: Estate) -> Estate:
    """The shared estate, whose registry the cluster's node reaches."""
    if OwnCluster().is_up():
        OwnCluster().trust_registry(shared_estate.registry_port)
    return shared_estate


@pytest.fixture(scope="session")
def estate(
    registry: Estate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Estate]:
    """A clone for all stacks of these tests, with a ledger of its own."""
    clone = tmp_path_factory.mktemp("cluster") / "clone"
    mine = Estate.clone(clone, registry_of=registry)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLIPWAY_STATE_HOME", mine.environment["SLIPWAY_STATE_HOME"])
        yield mine
    mine.clean()


@pytest.fixture(scope="session")
def built(estate: Estate) -> Built:
    """Builds a package and pushes its image; returns the digest."""

    def build(package: Path, version: str) -> str:
        # Whether it is proven on this machine is another test's to look at.
        estate.run("up", estate.write_dev(str(package), memory_mb=512))
        events = ledger_for(estate.root).events()
        digests = [
            event.release.digest
            for event in events
            if event.kind == "built" and event.release.version == version
        ]
        assert digests, f"{package} was not built"
        return digests[-1] or ""

    return build


@pytest.fixture(scope="session")
def wine(estate: Estate, built: Built) -> dict[str, str]:
    """Digests by version: two that are fine, and one that does not load."""

    def of(version: str, **changes: Any) -> str:
        package = Path("models") / f"wine-{version}"
        variant(
            estate.root / EXAMPLE, estate.root / package, version=version, **changes
        )
        return built(package, version)

    return {
        "1.0.0": of("1.0.0"),
        "1.1.0": of("1.1.0"),
        "1.2.0": of("1.2.0", model=b"no model at all"),
    }


@pytest.fixture(scope="session")
def faulty_model(estate: Estate, built: Built) -> str:
    """The digest of a model that goes wrong as it is asked to."""
    faulty(estate.root / "models" / "faulty")
    return built(Path("models/faulty"), "1.0.0")


@pytest.fixture(scope="module")
def stack(estate: Estate, request: pytest.FixtureRequest) -> Iterator[Stack]:
    """Makes stacks, each in a namespace of its own that goes with the module."""
    made: list[Applied] = []

    def make(name: str, **settings: Any) -> Applied:
        one = Applied(estate.root, estate.stack(name))
        write(estate, one.stack, **settings)
        _seal(estate, one.stack, settings.get("service", {}).get("secrets", ()))
        made.append(one)
        return one

    yield make
    for one in made:
        one.destroy()


def write(estate: Estate, stack: str, **settings: Any) -> None:
    """Write the file of a stack that runs in the cluster."""
    platform = {
        "kind": "kubernetes",
        "context": os.environ["SLIPWAY_TEST_CONTEXT"],
        "namespace": stack,
        "start_s": 40,
        # This machine does everything at once, and its nodes learn late.
        "deregister_s": 10,
        **settings.pop("platform", {}),
    }
    service = {"health": HEALTH, "cpu": 0.2, **settings.pop("service", {})}
    given = {"tier": "prod", "upstream": estate.stack("dev"), **settings}
    told = {key: value for key, value in given.items() if value is not None}
    estate.write(stack, platform=platform, service=service, **told)


def _seal(estate: Estate, stack: str, secrets: Iterable[str]) -> None:
    """Name secrets in the stack's file as Pulumi does, their values sealed."""
    file = estate.root / "stacks" / f"Pulumi.{stack}.yaml"
    sealed = {f"secrets:{one}": {"secure": "v1:x"} for one in secrets}
    config = yaml.safe_load(file.read_text())["config"] | sealed
    file.write_text(yaml.safe_dump({"config": config}, sort_keys=False))


def running(
    stack: Stack, name: str, digest: str, version: str = "1.0.0", **settings: Any
) -> Applied:
    """A stack that runs this release of wine already, verified."""
    model = settings.pop("model", "wine")
    image = {"name": model, "version": version, "digest": digest}
    one = stack(name, image=image, **settings)
    one.admit(version, digest, model)
    one.up()
    return one


def example(estate: Estate) -> bytes:
    """The stored example's request."""
    stored = json.loads((estate.root / EXAMPLE / "example.json").read_text())
    return json.dumps(stored["request"]).encode()


def address(one: Applied) -> str:
    """The Service's own address, which this machine reaches on a cluster of its own."""
    mine = {"slipway.stack": one.stack}
    (service,) = one.cluster.list(one.cluster.path("services"), mine)
    return service["spec"]["clusterIP"]


def pods(one: Applied, role: str = "model") -> list[dict[str, Any]]:
    """The stack's pods that are not on their way out."""
    labels = {"slipway.stack": one.stack, "slipway.role": role}
    found = one.cluster.list(one.cluster.path("pods"), labels)
    return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]


def digests(one: Applied) -> set[str]:
    """Of the images that the stack's pods run, as the container runtime has them."""
    images = [pod["status"]["containerStatuses"][0]["imageID"] for pod in pods(one)]
    return {image.partition("@")[2] for image in images}


def make_restricted_namespace(one: Applied) -> None:
    """The stack's namespace, as somebody else would have made it."""
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    metadata = {"name": one.cluster.namespace, "labels": labels}
    apply(one.cluster, {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
