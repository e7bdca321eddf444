"""A line of stacks, dev to prod: what it is built of, and what is read of it."""

import subprocess
from typing import Any

import docker
import yaml

from stacks.releases.registry.images import Images
from stacks.settings.stack import StackSettings
from tests.estate import Estate
from tests.packages import EXAMPLE, variant
from tests.traffic import Traffic

Line = tuple[Estate, str, str, str]
"""The estate, and the names of dev, staging and prod in it."""
HEALTH = {"interval_s": 1, "startup_s": 15, "window_s": 1}


def build(estate: Estate, version: str, **changes: Any) -> None:
    """Let dev run a new version."""
    variant(
        estate.root / EXAMPLE,
        estate.root / "models" / version,
        version=version,
        **changes,
    )
    estate.up(estate.write_dev(f"models/{version}"))


def digests(estate: Estate, stack: str) -> set[str]:
    """Of the images that the stack's containers run, asked of Docker."""
    images = [one.image for one in estate.containers(stack)]
    return {
        name.partition("@")[2]
        for image in images
        for name in image.attrs["RepoDigests"]
        if "/wine@" in name
    }


def written(estate: Estate, stack: str) -> dict[str, Any]:
    text = (estate.root / "stacks" / f"Pulumi.{stack}.yaml").read_text()
    return yaml.safe_load(text)["config"]


def images_of(estate: Estate, stack: str) -> Images:
    return Images(StackSettings.read(estate.root, stack), "wine")


def blobs(estate: Estate) -> dict[str, int]:
    """Every blob that the registry keeps, with its size."""
    registry = estate.containers(_shared_of(estate), "registry")[0]
    find = "import pathlib as p; [print(f.parent.name, f.stat().st_size) for f in p.Path('/var/lib/registry').rglob('data')]"  # noqa: E501
    output = registry.exec_run(["python3", "-c", find]).output.decode()
    return {name: int(size) for name, size in map(str.split, output.splitlines())}


def _shared_of(estate: Estate) -> str:
    """The stack whose registry the estate uses, which may be another estate's."""
    label: dict[str, Any] = {"label": "slipway.role=registry"}
    for one in docker.from_env().containers.list(filters=label, ignore_removed=True):
        ports = one.ports.get("5000/tcp") or []
        if any(int(each["HostPort"]) == estate.registry_port for each in ports):
            return one.labels["slipway.stack"]
    raise LookupError("no container holds the registry's port")


def write_prod(line: Line, digest: str, version: str, **settings: Any) -> None:
    """Write prod's file by hand: this image, and these settings."""
    estate, _, staging, prod = line
    image = {"name": "wine", "version": version, "digest": digest}
    fine = {"service": {"health": HEALTH}}
    estate.write(
        prod, tier="prod", upstream=staging, image=image, **{**fine, **settings}
    )


def traffic_of(line: Line) -> Traffic:
    estate, _, _, prod = line
    url = f"http://127.0.0.1:{estate.ports[prod]}"
    return Traffic(url, estate.root / EXAMPLE / "example.json")


def promote_to_prod(line: Line, *more: str) -> subprocess.CompletedProcess[str]:
    estate, _, staging, prod = line
    words = ("promote", "1.1.0", "--from", staging, "--to", prod, "--yes")
    return estate.run(*words, *more)


def git(estate: Estate, *words: str) -> str:
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    command = ["git", *who, *words]
    done = subprocess.run(command, cwd=estate.root, capture_output=True, check=True)
    return done.stdout.decode().strip()
