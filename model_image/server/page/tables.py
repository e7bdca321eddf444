"""The paths of the pages, and of what they read."""

from functools import cache, partial
from pathlib import Path

import msgspec

from ..example import read_example
from ..manifest import EXAMPLE, PROFILE, Manifest
from ..message import Reply, told
from ..routes import Table, plain
from ..state import Service
from .file import FILES, served

_LIVE = "live"
"""What the names of files begin with that only the private port's page needs."""


def public(manifest: Manifest, folder: Path, *, tokens: bool) -> Table:
    """
    The API in OpenAPI, and a page that shows it.

    The page itself says nothing of the model, so it comes to whoever asks: a browser
    shows no token until the page asks for one, and reads the API with it.
    """

    @cache
    def api() -> Reply:
        from ..openapi import document

        example = read_example(folder / EXAMPLE)
        return told(document(manifest, example, tokens=tokens))

    names = [path.name for path in FILES.iterdir() if not path.name.startswith(_LIVE)]
    return {
        "/openapi.json": plain("openapi", api, guarded=True),
        "/docs": plain("docs", partial(served, "docs.html")),
        **_files(names),
    }


def private(service: Service, folder: Path, *, image: str) -> Table:
    """
    How the model is doing: for Prometheus, and a page that reads the same.

    `image` is the reference of the image that runs, where that is known.
    """
    manifest = service.manifest

    def card() -> Reply:
        own = {"identity": manifest.identity, "image": image}
        return told(msgspec.to_builtins(manifest) | own)

    def stored(name: str) -> Reply:
        return Reply(200, (folder / name).read_bytes())

    def profile() -> Reply:
        if PROFILE in manifest.files:
            return stored(PROFILE)
        return told({"rows": 0, "inputs": {}, "outputs": {}})

    return {
        "/": plain("page", partial(served, "live.html")),
        "/metrics": plain("metrics", lambda: Reply(200, *service.metrics.page())),
        "/card": plain("page", card),
        "/profile.json": plain("page", profile),
        "/example.json": plain("page", partial(stored, EXAMPLE)),
        **_files([path.name for path in FILES.iterdir()]),
    }


def _files(names: list[str]) -> Table:
    return {f"/assets/{name}": plain("page", partial(served, name)) for name in names}
