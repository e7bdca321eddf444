"""Packages in a bucket: a real S3 protocol, spoken with moto's server."""

import os
import signal
import threading
from pathlib import Path

import httpx
import pytest

from model_image.errors import PackError
from model_image.package import ModelPackage
from model_image.server.manifest import canonical
from model_image.storage.fetch import fetch
from model_image.storage.push import push
from tests.packages import variant


@pytest.fixture
def pushed(bucket: httpx.Client, package: Path, said: list[str]) -> str:
    """The reference of the package, which is in the bucket."""
    return push(ModelPackage.read(package), "s3://models/team", said.append)


def _key(reference: str, name: str) -> str:
    return f"team/{reference.rpartition(':')[2]}/{name}"


def test_a_package_comes_back_as_it_went(pushed: str, package: Path, said: list[str]):
    folder = fetch(pushed, said.append)

    assert pushed == f"s3://models/team@{ModelPackage.read(package).identity}"
    assert ModelPackage.read(folder).identity == ModelPackage.read(package).identity


def test_a_bucket_holds_the_files_in_a_folder_named_by_the_identity(
    pushed: str, package: Path, bucket: httpx.Client
):
    read = ModelPackage.read(package)

    manifest = bucket.get(_key(pushed, "model.json")).content
    model = bucket.get(_key(pushed, "model.onnx")).content

    assert manifest == canonical(read.manifest)
    assert model == (package / "model.onnx").read_bytes()


def test_a_second_push_moves_nothing(pushed: str, package: Path, said: list[str]):
    said.clear()

    again = push(ModelPackage.read(package), "s3://models/team", said.append)

    assert (again, said) == (pushed, [])


def test_a_push_that_was_cut_off_goes_on_where_it_stopped(
    pushed: str, package: Path, bucket: httpx.Client, said: list[str]
):
    for name in ("model.json", "model.onnx"):
        bucket.delete(_key(pushed, name))
    said.clear()

    push(ModelPackage.read(package), "s3://models/team", said.append)

    assert said == ["uploading model.onnx, 93 kB"]
    assert bucket.get(_key(pushed, "model.json")).is_success


def test_evidence_travels_along_and_leaves_the_reference_alone(
    pushed: str, package: Path, said: list[str]
):
    (package / "evidence.json").write_text('{"rows": 3}')

    again = push(ModelPackage.read(package), "s3://models/team", said.append)

    assert again == pushed
    assert (fetch(again, said.append) / "evidence.json").read_text() == '{"rows": 3}'


def test_newer_evidence_takes_the_place_of_the_old(
    pushed: str, package: Path, bucket: httpx.Client, said: list[str]
):
    for rows in ("1", "2"):
        (package / "evidence.json").write_text(rows)
        push(ModelPackage.read(package), "s3://models/team", said.append)

    assert bucket.get(_key(pushed, "evidence.json")).text == "2"


@pytest.mark.parametrize("name", ["model.onnx", "model.json"])
def test_a_file_that_was_tampered_with_is_refused(
    pushed: str, bucket: httpx.Client, said: list[str], name: str
):
    bucket.put(_key(pushed, name), content=b"{}")

    with pytest.raises(PackError, match=f"{name} is not what was pushed"):
        fetch(pushed, said.append)


def test_a_manifest_too_large_to_be_one_is_not_read(
    pushed: str, bucket: httpx.Client, said: list[str]
):
    bucket.put(_key(pushed, "model.json"), content=b" " * (2**24 + 1))

    with pytest.raises(PackError, match=r"model\.json has 17 MB"):
        fetch(pushed, said.append)


def test_a_large_file_goes_and_comes_in_pieces(
    bucket: httpx.Client, package: Path, tmp_path: Path, said: list[str]
):
    model = os.urandom(2**20) * 70
    large = variant(package, tmp_path / "large", version="2.0.0", model=model)

    reference = push(ModelPackage.read(large), "s3://models/team", said.append)

    assert (fetch(reference, said.append) / "model.onnx").read_bytes() == model


def test_an_empty_file_is_a_file(
    bucket: httpx.Client, package: Path, tmp_path: Path, said: list[str]
):
    hollow = variant(package, tmp_path / "hollow", version="2.0.0", model=b"")

    reference = push(ModelPackage.read(hollow), "s3://models/team", said.append)

    assert (fetch(reference, said.append) / "model.onnx").read_bytes() == b""


def test_ctrl_c_stops_an_upload_at_once(
    bucket: httpx.Client, package: Path, tmp_path: Path, said: list[str]
):
    model = os.urandom(2**20) * 200
    large = variant(package, tmp_path / "large", version="2.0.0", model=model)
    read = ModelPackage.read(large)

    def interrupt(sentence: str) -> None:
        if "model.onnx" in sentence:
            threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()

    with pytest.raises(KeyboardInterrupt):
        push(read, "s3://models/team", interrupt)

    for name in ("model.onnx", "model.json"):
        key = f"team/{read.identity.removeprefix('sha256:')}/{name}"
        assert bucket.get(key).status_code == 404


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        (f"s3://models/team@sha256:{'0' * 64}", "there is no model.json"),
        (f"s3://nowhere/team@sha256:{'0' * 64}", "no bucket nowhere"),
    ],
)
def test_what_is_not_there_is_said(
    bucket: httpx.Client, said: list[str], reference: str, told: str
):
    with pytest.raises(PackError, match=told):
        fetch(reference, said.append)


def test_no_network_is_one_sentence_without_a_secret(
    bucket: httpx.Client, said: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

    with pytest.raises(PackError, match="cannot be reached") as refused:
        fetch(f"s3://models/team@sha256:{'0' * 64}", said.append)

    assert "hush-hush" not in str(refused.value)


def test_an_account_that_is_refused_is_told_how_to_log_in(
    bucket: httpx.Client, said: list[str], s3_server: str, package: Path
):
    httpx.post(f"{s3_server}/moto-api/reset-auth", content=b"0")

    try:
        with pytest.raises(PackError, match="refuses this account; set AWS_ACC"):
            push(ModelPackage.read(package), "s3://models/team", said.append)
    finally:
        httpx.post(f"{s3_server}/moto-api/reset-auth", content=b"1000000")
