"""A secret is a file in the container, and in plain text nowhere else."""

import subprocess
from pathlib import Path

import docker
import pytest

from stacks.offline import declare
from stacks.offline.values import Secret
from tests.estate import ROOT, Estate
from tests.packages import variant
from tests.traffic import Traffic

PLAIN = "correct-horse-battery-staple"
SEALED = {"secure": "v1:sealed"}


def test_a_secret_stays_one_in_what_the_program_declares() -> None:
    config = {
        "slipway:tier": "prod",
        "slipway:upstream": "staging",
        "slipway:platform": {"kind": "local", "port": 8003},
        "slipway:image": {
            "name": "wine",
            "version": "1.0.0",
            "digest": f"sha256:{'0' * 64}",
        },
        "slipway:service": {"secrets": ["API_KEY"]},
        "secrets:API_KEY": SEALED,
    }

    declared = declare(ROOT, "prod", config=config)

    container = declared.only("docker:index/container:Container", "model-secrets")
    (upload,) = container.inputs["uploads"]
    assert isinstance(upload["content"], Secret)
    assert upload["file"] == "/run/secrets/API_KEY"


@pytest.mark.docker
@pytest.mark.engine
def test_a_secret_is_a_file_and_in_plain_text_nowhere_else(
    shared_estate: Estate, tmp_path: Path
) -> None:
    estate = Estate.clone(tmp_path / "clone", registry_of=shared_estate, pulumi=True)
    dev = estate.write_dev(secrets=["API_KEY"])
    _pulumi(estate, "stack", "init", dev)
    setting = ["config", "set", "--secret", "--stack", dev, "secrets:API_KEY"]
    _pulumi(estate, *setting, PLAIN)

    up = estate.run("up", dev)

    try:
        assert up.returncode == 0, up.stderr
        container = estate.containers(dev)[0]
        read = "print(open('/run/secrets/API_KEY').read())"
        assert PLAIN in container.exec_run(["python", "-c", read]).output.decode()
        assert PLAIN not in str(container.attrs)
        assert PLAIN not in container.logs().decode()
        assert PLAIN not in up.stdout + up.stderr
        unchanged = ["preview", "--diff", "--expect-no-changes", "--stack", dev]
        assert PLAIN not in _pulumi(estate, *unchanged)
        assert PLAIN not in _pulumi(estate, "stack", "export", "--stack", dev)
        assert PLAIN not in str(docker.from_env().api.history(container.image.id))
        ledger = ["git", "log", "-p", "slipway-ledger"]
        shown = subprocess.run(ledger, cwd=estate.root, capture_output=True, check=True)
        assert PLAIN.encode() not in shown.stdout
        for file in (tmp_path / "clone-state").rglob("*"):
            assert not file.is_file() or PLAIN.encode() not in file.read_bytes()
        _rotate_under_traffic(estate, dev, tmp_path)
    finally:
        estate.clean()


def _rotate_under_traffic(estate: Estate, dev: str, scratch: Path) -> None:
    """A changed secret and a new version reach callers without a gap."""
    url = _pulumi(estate, "stack", "output", "endpoint", "--stack", dev).strip()
    example = estate.root / "model_image/example/package"
    setting = ["config", "set", "--secret", "--stack", dev, "secrets:API_KEY"]
    with Traffic(url, example / "example.json", rate=50) as traffic:
        _pulumi(estate, *setting, "another")
        package = variant(example, scratch / "next", version="1.0.1")
        file = estate.root / "stacks" / f"Pulumi.{dev}.yaml"
        file.write_text(
            file.read_text().replace("model_image/example/package", str(package))
        )
        assert estate.run("up", dev).returncode == 0
    (container,) = estate.containers(dev)
    read = "print(open('/run/secrets/API_KEY').read())"
    assert container.exec_run(["python", "-c", read]).output.strip() == b"another"
    assert container.labels["slipway.version"] == "1.0.1"
    assert traffic.lost == []


def _pulumi(estate: Estate, *words: str) -> str:
    command = ["pulumi", *words]
    done = subprocess.run(
        command,
        cwd=estate.root,
        env=estate.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout + done.stderr
