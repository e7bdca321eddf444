"""A cloud's registry is used with a token that only Docker keeps."""

import base64
import os
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from stacks.machine import registry_login
from stacks.machine.registry_login import log_in
from stacks.settings.cloud_error import CloudError
from stacks.settings.registry import EcrRegistry, OciRegistry

ECR = EcrRegistry(kind="ecr", account="111111111111", region="eu-central-1")


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A docker that writes down how it was called and what it was told."""
    program = tmp_path / "docker"
    program.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/said; cat >> {tmp_path}/told\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("SLIPWAY_DOCKER", str(program))
    monkeypatch.setattr(registry_login, "_KNOWN", set())
    return tmp_path


@pytest.fixture
def ecr(monkeypatch: pytest.MonkeyPatch) -> Stubber:
    client: Any = boto3.client(
        "ecr",
        region_name="eu-central-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
    )
    monkeypatch.setattr(boto3, "client", lambda *_, **__: client)
    stubber = Stubber(client)
    stubber.activate()
    return stubber


def grants(ecr: Stubber) -> None:
    token = base64.b64encode(b"AWS:t0ken").decode()
    found = {"authorizationData": [{"authorizationToken": token}]}
    ecr.add_response("get_authorization_token", found, {})


def test_the_token_is_handed_over_and_is_no_argument(
    docker: Path, ecr: Stubber
) -> None:
    grants(ecr)

    log_in(ECR)

    said, told = (docker / "said").read_text(), (docker / "told").read_text()
    assert said == f"login --username AWS --password-stdin {ECR.host}\n"
    assert told == "t0ken"
    assert "t0ken" not in said + str(os.environ)


def test_it_is_done_once(docker: Path, ecr: Stubber) -> None:
    grants(ecr)

    log_in(ECR)
    log_in(ECR)

    assert (docker / "said").read_text().count("login") == 1


def test_a_refusal_is_one_sentence(docker: Path, ecr: Stubber) -> None:
    ecr.add_client_error(
        "get_authorization_token", "ExpiredToken", "the token is expired"
    )

    with pytest.raises(CloudError) as error:
        log_in(ECR)

    assert str(error.value) == f"no token for {ECR.host}: the token is expired"


def test_another_registry_is_left_to_docker(docker: Path) -> None:
    log_in(OciRegistry(kind="oci", address="registry.example.com"))

    assert not (docker / "said").exists()
