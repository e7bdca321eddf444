"""The images themselves, built and run by a real Docker Engine.

They are built on the image that SLIPWAY_TEST_BASE names, with the client that
SLIPWAY_DOCKER names (`docker` if unset).
"""

import io
import json
import os
import tarfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from model_image.server.example import differences
from tests.images import (
    FORBIDDEN,
    LOCKED,
    SERVER,
    becomes_healthy,
    built,
    contents,
    docker,
    executables,
    inspected,
    layers,
    logged,
    serve,
)

pytestmark = pytest.mark.docker

HERE = Path(__file__).parents[2] / "model_image"
WINE = HERE / "example" / "package"


@pytest.fixture(scope="session")
def server() -> str:
    """The server image."""
    return built(SERVER)


@pytest.fixture(scope="session")
def image(server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The example's image, from a folder that holds more than a package."""
    package = tmp_path_factory.mktemp("package")
    for path in WINE.iterdir():
        (package / path.name).write_bytes(path.read_bytes())
    (package / "training-data.csv").write_text("secret")
    # The digest alone is no name for FROM.
    docker("tag", server, "slipway-test/server:session")
    argument = "--build-arg=SERVER=slipway-test/server:session"
    file = HERE / "Dockerfile"
    return docker("build", "-q", argument, "-f", file, package).decode().strip()


@pytest.fixture(scope="session")
def files(image: str) -> dict[str, tarfile.TarInfo]:
    """Everything in the image, by path."""
    return contents(image)


@pytest.fixture
def container() -> Iterator[str]:
    """A name for a container, removed afterwards."""
    name = f"slipway-test-{uuid.uuid4().hex[:8]}"
    yield name
    docker("rm", "-f", name)


def test_nothing_in_the_image_can_be_used_to_install_or_look_around(
    files: dict[str, Any],
):
    assert {path for path in files if Path(path).name in FORBIDDEN} == {"var/lib/dpkg"}
    assert executables(files) == {"python3.11"}


def test_no_file_runs_as_somebody_else(files: dict[str, Any]):
    assert [path for path, each in files.items() if each.mode & 0o6000] == []


def test_only_what_a_manifest_lists_is_in_the_model_folder(files: dict[str, Any]):
    held = {path for path in files if path.startswith("model/")}

    assert held - {"model/"} == {
        f"model/{name}"
        for name in ("model.json", "model.onnx", "profile.json", "example.json")
    }


def test_scanners_find_the_packages_that_are_there_and_no_others(server: str):
    container = docker("create", server).decode().strip()
    archive = docker("cp", f"{container}:/var/lib/dpkg/status", "-")
    docker("rm", "-f", container)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        status = tar.extractfile("status")
        assert status
        lines = status.read().decode().splitlines()

    packages = {line.removeprefix("Package: ") for line in lines if "Package: " in line}
    assert {"libc6", "libssl3", "libstdc++6", "base-files"} <= packages
    assert packages & {"apt", "bash", "dpkg", "perl-base", "coreutils"} == set()


def test_building_again_without_any_cache_gives_the_very_same_layers():
    """Docker 20.10 may put a layer's files in another order upon a cached parent."""
    first, again = built(SERVER, "--no-cache"), built(SERVER, "--no-cache")

    assert layers(again) == layers(first)


def test_a_model_adds_one_layer_to_the_servers(server: str, image: str):
    assert layers(image)[:-1] == layers(server)


def test_a_package_gives_the_same_layer_whatever_its_checkout_looks_like(
    image: str, tmp_path: Path
):
    for path in WINE.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
        (tmp_path / path.name).chmod(0o600)
        os.utime(tmp_path / path.name, (10**9, 10**9))
    argument = "--build-arg=SERVER=slipway-test/server:session"
    options = ["--no-cache", argument, "-f", HERE / "Dockerfile"]

    other = docker("build", "-q", *options, tmp_path).decode().strip()

    assert layers(other)[-1] == layers(image)[-1]


def test_the_image_says_how_it_is_run(image: str):
    config = inspected(image)["Config"]

    assert config["User"] == "10001:10001"
    assert config["Entrypoint"] == ["python", "-m", "model_image.server"]
    assert config["Healthcheck"]["Test"][0] == "CMD"
    assert set(config["ExposedPorts"]) == {"8080/tcp", "9090/tcp"}
    assert config["StopSignal"] == "SIGTERM"


def test_locked_down_it_becomes_healthy_and_answers_its_example(
    image: str, container: str
):
    serve(container, image)

    replay = docker("exec", container, "python", "-m", "model_image.server.replay")
    told = json.loads(replay)
    assert becomes_healthy(container)
    assert told["status"] == 200
    assert differences(told["expected"], told["got"], told["tolerance"]) == []


def test_docker_stop_drains_and_ends_with_exit_code_0(image: str, container: str):
    serve(container, image)

    docker("stop", container)

    assert inspected(container)["State"]["ExitCode"] == 0
    events = [line["event"] for line in logged(container)]
    assert events[-3:] == ["draining", "minute", "stopped"]


def test_it_uses_no_more_threads_than_its_share_of_the_processors(
    image: str, container: str
):
    serve(container, image, "--cpus=1")

    (ready,) = [line for line in logged(container) if line["event"] == "ready"]
    assert ready["threads"] == 1


def test_a_tampered_model_stops_the_container_with_one_sentence(
    image: str, container: str, package: Path
):
    (package / "model.onnx").write_bytes(b"tampered")

    docker("run", "-d", "--name", container, *LOCKED, f"-v={package}:/model:ro", image)
    docker("wait", container)

    assert inspected(container)["State"]["ExitCode"] == 1
    errors = [line["error"] for line in logged(container) if line["level"] == "error"]
    assert len(errors) == 1
    assert "/model/model.onnx is not the file that was packed" in errors[0]
