"""What the pages' files are served with, and on which port."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from model_image.server.page.file import FILES

IMAGE = "registry.example/wine@sha256:" + "0" * 64


@pytest.fixture
def private(wine_server: Any) -> Iterator[httpx.Client]:
    address = f"http://127.0.0.1:{wine_server.ports[1]}"
    with httpx.Client(base_url=address) as client:
        yield client


def test_the_pages_may_load_only_their_own_files(
    wine: httpx.Client, private: httpx.Client
):
    for page in (wine.get("/docs"), private.get("/"), private.get("/docs")):
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; ")
        assert "unsafe" not in policy


def test_every_file_is_served_as_what_it_is(private: httpx.Client):
    kinds = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    for path in FILES.iterdir():
        if path.suffix != ".html":
            answer = private.get(f"/assets/{path.name}")
            assert answer.content == path.read_bytes()
            assert answer.headers["content-type"].startswith(kinds[path.suffix])
            assert answer.headers["x-content-type-options"] == "nosniff"


def test_callers_do_not_get_what_is_for_the_operators(wine: httpx.Client):
    for path in ("/metrics", "/card", "/profile.json", "/assets/live.js"):
        assert wine.get(path).status_code == 404
    assert wine.get("/").headers["content-type"] == "application/json"


def test_the_pages_name_no_other_host():
    text = "".join(path.read_text() for path in FILES.iterdir())

    # A name of SVG that nobody fetches, and the address that a call's is put in for.
    assert {*re.findall(r"https?://[^/\s`]+", text)} == {
        "http://www.w3.org",
        "http://${ADDRESS}",
    }


def test_the_card_is_the_manifest_with_its_identity_and_image(
    start: Callable[..., Any],
):
    server = start(Path("model_image/example/package"), SLIPWAY_IMAGE=IMAGE)
    server.until("ready")

    card = httpx.get(f"http://127.0.0.1:{server.ports[1]}/card").json()

    assert (card["name"], card["licence"]) == ("wine", "CC-BY-4.0")
    assert card["identity"].startswith("sha256:")
    assert card["image"] == IMAGE


def test_a_model_without_a_profile_has_an_empty_one(
    start: Callable[..., Any], mixed: Path
):
    server = start(mixed)
    server.until("ready")

    profile = httpx.get(f"http://127.0.0.1:{server.ports[1]}/profile.json").json()

    assert profile == {"rows": 0, "inputs": {}, "outputs": {}}


def test_a_guarded_model_tells_its_api_to_callers_with_a_token_only(
    start: Callable[..., Any], tmp_path: Path
):
    (tmp_path / "tokens").write_text("open-sesame-open-sesame-open-sesame\n")
    server = start(
        Path("model_image/example/package"), SLIPWAY_TOKENS=str(tmp_path / "tokens")
    )
    server.until("ready")

    with server.client as client:
        assert client.get("/docs").status_code == 200
        assert client.get("/openapi.json").status_code == 401
        client.headers["authorization"] = "Bearer open-sesame-open-sesame-open-sesame"
        assert "securitySchemes" in client.get("/openapi.json").json()["components"]
