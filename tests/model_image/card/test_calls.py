"""Requests on a card are ones that can be pasted, and are answered as it says."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from model_image.card.calls import ADDRESS, Calls
from model_image.errors import PackError
from model_image.server.example import Example, differences, read_example
from model_image.server.manifest import Column, Manifest, read_manifest
from model_image.server.openapi.literal import laid_out
from tests.model_image.card.packages import described


def calls(folder: Path) -> Calls:
    return Calls.of(read_manifest(folder), read_example(folder / "example.json"))


@pytest.fixture
def wine_calls(package: Path) -> Calls:
    return calls(package)


def words(command: str) -> list[str]:
    """What a shell makes of a command, without running it."""
    script = 'printf "%s\\0" ' + command.removeprefix("curl")
    shell = subprocess.run(["sh", "-c", script], capture_output=True, check=True)
    return shell.stdout.decode().split("\0")[:-1]


def posted(client: httpx.Client, command: str) -> Any:
    address, _, header, _, body = words(command)
    assert header == "Content-Type: application/json"
    return client.post(address.removeprefix(ADDRESS), content=body).json()


def test_the_curl_command_gets_the_answer(wine: httpx.Client, wine_calls: Calls):
    answer = posted(wine, wine_calls.curl)

    expected = json.loads(wine_calls.answer)["predictions"]
    assert differences(expected, answer["predictions"], 1e-5) == []


def test_the_command_of_the_protocol_gets_its_answer(
    wine: httpx.Client, wine_calls: Calls
):
    answer = posted(wine, wine_calls.v2)

    expected = json.loads(wine_calls.v2_answer)
    assert differences(expected["outputs"], answer["outputs"], 1e-5) == []
    assert expected["model_name"] == answer["model_name"]


def test_the_python_program_gets_the_answer(wine: httpx.Client, wine_calls: Calls):
    program = wine_calls.python.replace(ADDRESS, str(wine.base_url).rstrip("/"))

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "'label': 'class_1'" in ran.stdout


HOSTILE = "it's; $(touch x) `id` \\ \" é \n"


def test_a_shell_and_python_read_every_name_as_it_is(tmp_path: Path):
    package = described(tmp_path, columns=(Column(HOSTILE),))

    made = calls(package.path)

    request = {"rows": [{HOSTILE: "x"}]}
    assert json.loads(words(made.curl)[-1]) == request
    assert json.loads(words(made.v2)[-1])["inputs"][0]["name"] == HOSTILE
    scope: dict[str, Any] = {}
    exec(made.python.partition("call =")[0], scope)
    assert scope["asked"] == request
    assert made.curl.isascii()
    assert made.python.isascii()


def test_a_missing_value_is_null_in_each(mixed: Path, repack: Callable[..., None]):
    repack(mixed, {"request": {"age": None, "city": "Oslo"}})

    made = calls(mixed)

    assert json.loads(words(made.curl)[-1]) == {"age": None, "city": "Oslo"}
    assert "'age': None" in made.python
    assert json.loads(words(made.v2)[-1])["inputs"][0]["data"] == [None]


def test_a_long_request_is_read_from_the_package(tmp_path: Path):
    columns = tuple(Column(f"a_rather_long_name_{at}") for at in range(300))
    package = described(tmp_path, columns=columns)

    made = calls(package.path)

    assert len(made.curl) < 400
    printing = made.curl.partition("|")[0]
    environ = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    ran = subprocess.run(
        ["sh", "-c", printing],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        check=True,
    )
    assert list(json.loads(ran.stdout)["rows"][0]) == [one.name for one in columns]
    assert 'json.load(open("example.json"))["request"]' in made.python


@pytest.mark.parametrize("write", [json.dumps, ascii])
def test_values_in_lines_are_the_same_values(write: Callable[[Any], str]):
    value = {"rows": [{"a" * 40: [1.5, 2], "b" * 40: {"c": ["x" * 80, {}]}}], "n": []}

    text = laid_out(value, write)

    assert eval(text) == value
    assert max(map(len, text.splitlines())) < 100
    assert text.count("\n") > 3


def broken(manifest: Manifest, request: Any, response: Any) -> Callable[[], Calls]:
    return lambda: Calls.of(manifest, Example(request, response, 0))


def test_an_example_that_does_not_fit_its_model_is_refused(mixed: Path):
    manifest = read_manifest(mixed)
    request = {"age": 1, "city": "x"}

    with pytest.raises(PackError, match="example of mixed does not fit its model"):
        broken(manifest, {"age": "old"}, {})()
    with pytest.raises(PackError, match="answer of mixed does not fit its outputs"):
        broken(manifest, request, {"predictions": [{}]})()
