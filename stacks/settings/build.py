"""How dev builds images, and what of this machine reaches a build."""

import configparser
import os
import platform as machine
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import certifi
from pydantic import Field

from model_image.recipe import default_base

from . import local_state
from .section import Section

ServerPlatform = Annotated[str, Field(pattern=r"^linux/(amd64|arm64)$")]


def _default_base() -> str:
    """The base made on this machine where no registry answered, else the pinned one."""
    return local_state.read("machine.json").get("base") or default_base()


class BuildSettings(Section):
    """How dev builds images; staging and prod never build."""

    base: str = Field(default_factory=_default_base)
    """The image with Python 3.11 on Debian 12 to start from, by digest."""
    platforms: Annotated[tuple[ServerPlatform, ...], Field(min_length=1)] = (
        f"linux/{'arm64' if machine.machine() in ('aarch64', 'arm64') else 'amd64'}",
    )
    """Every machine downstream; by default, what this one is."""
    builder: str = "default"
    """The buildx builder; Docker's own reaches a registry on this loopback."""


def build_secrets(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """
    What a build needs to reach a private package index, as BuildKit secrets.

    `pip.conf` when this machine names an index of its own, `ca.crt` with the
    certificate authorities that only this machine trusts (all of them would be more
    than the builder can be handed). They are mounted, so no layer holds them.
    """
    secrets = {}
    if index := _index(environ):
        secrets["pip.conf"] = f"[global]\nindex-url = {index}\n"
    bundle = environ.get("PIP_CERT") or environ.get("SSL_CERT_FILE")
    if bundle and Path(bundle).is_file():
        public = _certificates(Path(certifi.where()))
        own = [one for one in _certificates(Path(bundle)) if one not in public]
        if own:
            secrets["ca.crt"] = "".join(own)
    return secrets


def _certificates(bundle: Path) -> list[str]:
    """The PEM blocks of a bundle, without what is written between them."""
    text = bundle.read_text(errors="replace")
    return [f"{one}\n" for one in re.findall(_PEM, text, flags=re.DOTALL)]


_PEM = "-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----"


def _index(environ: Mapping[str, str]) -> str | None:
    if index := environ.get("PIP_INDEX_URL") or environ.get("UV_DEFAULT_INDEX"):
        return index
    # A password in an address may be percent-encoded, which is no interpolation.
    parser = configparser.ConfigParser(interpolation=None)
    home = Path(environ.get("HOME", "/"))
    files = ["/etc/pip.conf", home / ".pip/pip.conf", home / ".config/pip/pip.conf"]
    with suppress(configparser.Error):  # pip will have complained of it already
        parser.read(files)
    return parser.get("global", "index-url", fallback=None)
