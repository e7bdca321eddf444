"""Who talks to a registry, and how it proves that."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from model_image.errors import PackError
from model_image.package import ModelPackage
from model_image.storage.loopback import is_loopback
from model_image.storage.push import push
from model_image.storage.registry import RegistryClient
from tests.model_image.storage.guarded import Guarded


@pytest.fixture
def guard() -> Iterator[Callable[..., Guarded]]:
    """Starts guarded registries."""
    started: list[Guarded] = []

    def start(*, basic: bool = False, lifetime: int = 100) -> Guarded:
        started.append(Guarded(basic=basic, lifetime=lifetime))
        Thread(target=started[-1].serve_forever, daemon=True).start()
        return started[-1]

    yield start
    for each in started:
        each.shutdown()
        each.server_close()


@pytest.fixture
def log_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What `docker login` would write; without a password, nothing."""

    def write(host: str, password: str = "") -> None:
        account = b64encode(f"team:{password}".encode()).decode()
        auths = {host: {"auth": account}} if password else {}
        (tmp_path / "config.json").write_text(json.dumps({"auths": auths}))
        monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))

    return write


@pytest.mark.parametrize("basic", [True, False])
def test_dockers_login_opens_a_registry_whatever_it_asks_for(
    guard: Callable[..., Guarded],
    log_in: Callable[..., None],
    package: Path,
    said: list[str],
    basic: bool,
):
    server = guard(basic=basic)
    log_in(server.host, "hush-hush")

    push(ModelPackage.read(package), f"oci://{server.host}/wine", said.append)

    assert (package / "model.onnx").read_bytes() in server.received


def test_a_token_that_is_spent_in_the_middle_is_replaced(
    guard: Callable[..., Guarded],
    log_in: Callable[..., None],
    package: Path,
    said: list[str],
):
    """The file that was under way is sent again from its start."""
    server = guard(lifetime=1)
    log_in(server.host, "hush-hush")

    push(ModelPackage.read(package), f"oci://{server.host}/wine", said.append)

    assert (package / "model.onnx").read_bytes() in server.received


@pytest.mark.parametrize("basic", [True, False])
@pytest.mark.parametrize(
    ("password", "told"),
    [("", "refuses callers without a login"), ("wrong-hush", "refuses this account")],
)
def test_who_is_not_let_in_is_told_to_log_in_and_no_password_is_repeated(
    guard: Callable[..., Guarded],
    log_in: Callable[..., None],
    package: Path,
    said: list[str],
    basic: bool,
    password: str,
    told: str,
):
    server = guard(basic=basic)
    log_in(server.host, password)

    with pytest.raises(PackError, match=f"{told} .* run `docker login") as refused:
        push(ModelPackage.read(package), f"oci://{server.host}/wine", said.append)

    assert "hush" not in str(refused.value) + str(said)


def test_an_account_goes_to_nobody_but_the_registry(
    guard: Callable[..., Guarded], log_in: Callable[..., None]
):
    """An upload may be sent elsewhere, with an address that is its own permission."""
    server, other = guard(basic=True), guard()
    log_in(server.host, "hush-hush")
    client = RegistryClient(server.host)

    mine = client.do_request(f"http://{server.host}/v2/")
    others = client.do_request(f"http://{other.host}/v2/")

    assert (mine.status_code, others.status_code) == (200, 401)
    assert "Authorization" not in others.request.headers
    assert other.accounts == []


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1:5000", True),
        ("127.9.9.9", True),
        ("localhost:5000", True),
        ("localhost", True),
        ("[::1]:5000", True),
        ("r.example:5000", False),
        ("10.0.0.1:5000", False),
        ("localhost.example", False),
        ("127.0.0.1.example:5000", False),
    ],
)
def test_only_loopback_is_spoken_to_without_tls(host: str, loopback: bool):
    assert is_loopback(host) is loopback
    assert RegistryClient(host).prefix == ("http" if loopback else "https")


def test_docker_hub_is_found_where_it_is():
    assert RegistryClient("docker.io").hostname == "registry-1.docker.io"
