"""The recipe changes with every ingredient and with nothing else."""

import fnmatch
import shutil
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_image import recipe as module
from model_image.package import ModelPackage
from model_image.recipe import default_base, ingredients, recipe, server_recipe

HERE = Path(__file__).parents[2] / "model_image"
WINE = ModelPackage.read(HERE / "example" / "package")
PLATFORMS = ["linux/amd64", "linux/arm64"]


def test_a_recipe_is_twelve_digits():
    assert len(recipe(WINE, "debian", PLATFORMS)) == 12
    assert int(recipe(WINE, "debian", PLATFORMS), 16)


@given(platforms=st.permutations([*PLATFORMS, PLATFORMS[0]]))
def test_the_order_of_platforms_does_not_matter(platforms: list[str]):
    assert recipe(WINE, "debian", platforms) == recipe(WINE, "debian", PLATFORMS)


@given(base=st.text(), platforms=st.lists(st.text()))
def test_another_base_or_platform_is_another_recipe(base: str, platforms: list[str]):
    same = base == "debian" and sorted(set(platforms)) == PLATFORMS

    assert (recipe(WINE, base, platforms) == recipe(WINE, "debian", PLATFORMS)) == same


def test_another_package_is_another_recipe():
    manifest = msgspec.structs.replace(WINE.manifest, version="1.0.1")
    other = ModelPackage(WINE.path, manifest)

    assert recipe(other, "debian", PLATFORMS) != recipe(WINE, "debian", PLATFORMS)


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile",
        "Dockerfile.dockerignore",
        "requirements.Dockerfile",
        "requirements.Dockerfile.dockerignore",
        "server/Dockerfile",
        "server/.dockerignore",
        "server/app.py",
        "server/flavours/python.py",
        "server/image/root.py",
        "server/page/files/live.html",
        "server/requirements.txt",
    ],
)
def test_a_change_to_what_an_image_is_built_from_is_another_recipe(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    ignored = shutil.ignore_patterns("__pycache__", "example")
    shutil.copytree(HERE, tmp_path / "copy", ignore=ignored)
    before = recipe(WINE, "debian", PLATFORMS)
    monkeypatch.setattr(module, "HERE", tmp_path / "copy")
    monkeypatch.setattr(module, "SERVER", tmp_path / "copy" / "server")
    assert recipe(WINE, "debian", PLATFORMS) == before

    with (tmp_path / "copy" / name).open("a") as file:
        file.write("\n")

    assert recipe(WINE, "debian", PLATFORMS) != before


def test_a_package_is_no_part_of_the_servers_recipe():
    assert server_recipe("debian", PLATFORMS) != recipe(WINE, "debian", PLATFORMS)
    assert server_recipe("debian", PLATFORMS) != server_recipe("alpine", PLATFORMS)


def test_the_default_base_is_the_one_the_dockerfile_names():
    text = (HERE / "server" / "Dockerfile").read_text()

    assert f"ARG BASE={default_base()}\n" in text


def test_the_builder_sees_all_that_the_server_is_made_of_and_it_is_an_ingredient():
    server = HERE / "server"
    files = [path for path in server.rglob("*") if path.is_file()]
    lines = (server / ".dockerignore").read_text().splitlines()
    allowed = [line[1:] for line in lines if line.startswith("!")]

    seen = {
        path
        for path in files
        if any(matches(path.relative_to(server), pattern) for pattern in allowed)
    }

    made_of = {*server.rglob("*.py"), *server.glob("page/files/*")}
    assert seen == made_of | {server / "requirements.txt"}
    assert seen <= {*ingredients()}


def matches(path: Path, pattern: str) -> bool:
    """As Docker does it: a star stands for no slash."""
    parts, patterns = path.parts, pattern.split("/")
    return len(parts) == len(patterns) and all(map(fnmatch.fnmatch, parts, patterns))


def test_everything_the_other_two_builds_start_from_is_an_ingredient():
    assert {*HERE.glob("*Dockerfile*")} <= {*ingredients()}
