"""What a person reads when something is in the way, and what goes on running."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.estate import Estate, free_port
from tests.packages import variant

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def running(
    shared_estate: Estate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Estate]:
    """A clone whose dev stack serves; no test here may change what it serves."""
    root = tmp_path_factory.mktemp("obstacles") / "clone"
    estate = Estate.clone(root, registry_of=shared_estate)
    estate.up(estate.write_dev())
    yield estate
    estate.clean()


@pytest.fixture(autouse=True)
def _serves_the_same_before_and_after(running: Estate) -> Iterator[None]:
    dev = running.write_dev()
    before = [one.id for one in running.containers(dev) if one.status == "running"]
    yield
    after = [one.id for one in running.containers(dev) if one.status == "running"]
    assert len(before) == 1
    assert after == before


def _refused(result: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """The one sentence of a refusal: nothing else, and no traceback."""
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr.partition("error: ")[2].strip()


def test_docker_that_does_not_answer(running: Estate) -> None:
    environment = {**running.environment, "DOCKER_HOST": "unix:///nowhere.sock"}

    result = running.run("up", running.stack("dev"), environment=environment)

    assert "Docker does not answer at DOCKER_HOST=unix:///nowhere.sock" in _refused(
        result, code=2
    )


def test_a_port_that_something_else_uses(running: Estate) -> None:
    port = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        running.write_dev(port=port)

        sentence = _refused(running.run("up", running.stack("dev")))

    assert f"port {port} on 127.0.0.1 cannot be used" in sentence


def test_a_port_of_which_our_own_is_only_a_part(running: Estate) -> None:
    """80 is in 8001, and yet another port."""
    own = str(running.ports[running.stack("dev")])
    part = int(own[:-1])
    with socket.socket() as other:
        other.bind(("127.0.0.1", part))
        other.listen()
        running.write_dev(port=part)

        sentence = _refused(running.run("up", running.stack("dev")))

    assert f"port {part} on 127.0.0.1 cannot be used" in sentence


def test_a_registry_that_is_down(running: Estate) -> None:
    running.write_dev(registry_port=free_port())

    sentence = _refused(running.run("up", running.stack("dev")))

    assert "does not answer; bring it up" in sentence


def test_three_mistakes_in_the_settings_at_once(running: Estate) -> None:
    running.write_dev(replicas=0, memory_mb="much", colour="blue")

    sentence = _refused(running.run("up", running.stack("dev")))

    assert "3 settings are wrong" in sentence
    assert "slipway:service.replicas is 0" in sentence
    assert "slipway:service.memory_mb is 'much'" in sentence
    assert "slipway:service.colour is not a setting" in sentence


def test_a_package_that_is_missing(running: Estate) -> None:
    running.write_dev("models/nowhere")

    assert "models/nowhere" in _refused(running.run("up", running.stack("dev")))


def test_a_package_with_a_corrupted_file(running: Estate, tmp_path: Path) -> None:
    example = running.root / "model_image/example/package"
    package = variant(example, tmp_path / "corrupted", version="1.0.1")
    (package / "model.onnx").write_bytes(b"cut off")
    running.write_dev(str(package))

    assert "model.onnx" in _refused(running.run("up", running.stack("dev")))


def test_a_model_that_fails_to_load_says_so_in_its_own_words(
    running: Estate, tmp_path: Path
) -> None:
    example = running.root / "model_image/example/package"
    package = variant(example, tmp_path / "junk", version="1.0.2", model=b"junk")
    running.write_dev(str(package))

    first = _refused(running.run("up", running.stack("dev")), code=3)
    second = _refused(running.run("up", running.stack("dev")))

    assert "model.onnx cannot be loaded" in first
    assert "failed verification here" in second
    assert "python -m stacks retry" in second


def test_a_second_up_at_the_same_time(running: Estate, tmp_path: Path) -> None:
    example = running.root / "model_image/example/package"
    junk = variant(example, tmp_path / "slow", version="1.0.3", model=b"junk")
    running.write_dev(str(junk))
    with subprocess.Popen(
        running.command("up", running.stack("dev")),
        cwd=running.root,
        env=running.environment,
        stderr=subprocess.DEVNULL,
    ) as first:
        home = Path(running.environment["SLIPWAY_STATE_HOME"])
        while str(first.pid) not in _holders(home):
            time.sleep(0.05)
        sentence = _refused(running.run("up", running.stack("dev")), code=4)
        first.wait()

    assert f"is in use by process {first.pid}" in sentence


def _holders(home: Path) -> set[str]:
    """The processes that hold, or last held, a stack of the offline engine's."""
    return {one.read_text() for one in home.rglob("*.holder")}


def test_a_stack_that_the_other_engine_made(running: Estate) -> None:
    name = running.stack("other")
    running.write(name, tier="dev", package="model_image/example/package")
    client = docker.from_env()
    labels = {"slipway.stack": name, "slipway.engine": "pulumi"}
    client.containers.create(os.environ["SLIPWAY_TEST_BASE"], "true", labels=labels)

    sentence = _refused(running.run("up", name), code=4)

    assert "was made by Pulumi" in sentence
    assert f"pulumi destroy --stack {name}" in sentence
