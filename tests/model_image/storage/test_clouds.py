"""The same layout in Azure's and Google's protocols, with the emulators on PATH."""

import base64
import hashlib
import hmac
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path

import httpx
import pytest

from model_image.package import ModelPackage
from model_image.storage.artifact import content_of
from model_image.storage.fetch import fetch
from model_image.storage.push import push
from tests.estate import free_port

pytestmark = pytest.mark.proof
_ACCOUNT = "devstoreaccount1"
_KEY = base64.b64encode(b"a key of this test's own, of any length").decode()


@contextmanager
def _running(command: list[str], url: str) -> Iterator[None]:
    """An emulator that answers; skips the test where it is not installed."""
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not on PATH (npm: azurite; Go: fake-gcs-server)")
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            for _ in range(100):
                try:
                    httpx.get(url)
                    break
                except httpx.TransportError:
                    time.sleep(0.2)
            yield
        finally:
            process.kill()


def _make_container(url: str) -> None:
    now = formatdate(usegmt=True)
    sent = {"x-ms-date": now, "x-ms-version": "2021-08-06"}
    listed = "".join(f"{name}:{value}\n" for name, value in sent.items())
    what = f"/{_ACCOUNT}/{_ACCOUNT}/models\nrestype:container"
    text = "PUT" + "\n" * 12 + listed + what
    digest = hmac.new(base64.b64decode(_KEY), text.encode(), hashlib.sha256).digest()
    sent["Authorization"] = f"SharedKey {_ACCOUNT}:{base64.b64encode(digest).decode()}"
    made = httpx.put(f"{url}/models?restype=container", headers=sent)
    assert made.status_code == 201, made.text


def test_a_package_comes_back_from_azure_as_it_went(
    package: Path, tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
):
    port = free_port()
    url = f"http://127.0.0.1:{port}/{_ACCOUNT}"
    monkeypatch.setenv("AZURITE_ACCOUNTS", f"{_ACCOUNT}:{_KEY}")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", _ACCOUNT)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", _KEY)
    monkeypatch.setenv("AZURE_STORAGE_ENDPOINT", url)
    where = ["--location", str(tmp_path / "azure"), "--blobPort", str(port)]
    with _running(["azurite-blob", "--silent", *where], url):
        _make_container(url)

        reference = push(ModelPackage.read(package), "az://models/team", said.append)

        said.clear()
        again = push(ModelPackage.read(package), "az://models/team", said.append)
        assert (again, said) == (reference, [])
        folder = fetch(reference, said.append)
        assert reference.endswith(ModelPackage.read(folder).identity)


def test_a_package_is_fetched_from_google(
    package: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
):
    """The emulator lacks the protocol that uploads use, so they go another way."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    monkeypatch.setenv("GOOGLE_BASE_URL", url)
    monkeypatch.setenv("GOOGLE_SKIP_SIGNATURE", "true")
    read = ModelPackage.read(package)
    options = ["-scheme", "http", "-host", "127.0.0.1", "-port", str(port)]
    with _running(
        ["fake-gcs-server", *options, "-public-host", url[7:], "-backend", "memory"],
        url,
    ):
        httpx.post(f"{url}/storage/v1/b?project=test", json={"name": "models"})
        folder = f"team/{read.identity.removeprefix('sha256:')}"
        for name in ("model.json", *read.manifest.files):
            content = content_of(read, name)
            httpx.post(
                f"{url}/upload/storage/v1/b/models/o",
                params={"uploadType": "media", "name": f"{folder}/{name}"},
                content=content if isinstance(content, bytes) else content.read_bytes(),
            )

        fetched = fetch(f"gs://models/team@{read.identity}", said.append)

        assert ModelPackage.read(fetched).identity == read.identity
