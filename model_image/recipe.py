"""What an image is made from, in twelve digits that change when any of it does."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from model_image.package import ModelPackage

HERE = Path(__file__).parent
SERVER = HERE / "server"


def recipe(package: ModelPackage, base: str, platforms: Iterable[str]) -> str:
    """The same for the same package, base, locked requirements, code and platforms."""
    return _twelve_digits([package.identity.encode(), *_server(base, platforms)])


def server_recipe(base: str, platforms: Iterable[str]) -> str:
    """The same for the same base, locked requirements, code and platforms."""
    return _twelve_digits(_server(base, platforms))


def default_base() -> str:
    """The base that the server's Dockerfile starts from when it is told no other."""
    for line in (SERVER / "Dockerfile").read_text().splitlines():
        if line.startswith("ARG BASE="):
            return line.partition("=")[2]
    raise LookupError("the server's Dockerfile names no base")


def _server(base: str, platforms: Iterable[str]) -> list[bytes]:
    parts = [base.encode(), ",".join(sorted(set(platforms))).encode()]
    for path in ingredients():
        parts += [path.relative_to(HERE).as_posix().encode(), path.read_bytes()]
    return parts


def _twelve_digits(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        # Without its length, the end of one part could pass for the start of the next.
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:12]


def ingredients() -> list[Path]:
    """Every file of Slipway's own that an image is built from, in a fixed order."""
    files = [
        HERE / "Dockerfile",
        HERE / "Dockerfile.dockerignore",
        HERE / "requirements.Dockerfile",
        HERE / "requirements.Dockerfile.dockerignore",
        SERVER / "Dockerfile",
        SERVER / ".dockerignore",
        SERVER / "requirements.txt",
        *SERVER.rglob("*.py"),
        *SERVER.glob("page/files/*"),
    ]
    return sorted(files)
