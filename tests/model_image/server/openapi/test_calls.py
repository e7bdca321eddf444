"""The calls that the document shows do what they say when they are pasted."""

import json
import subprocess
import sys
from typing import Any

import httpx
import pytest

from model_image.environment import environment, locked
from model_image.server.openapi import calls

REQUIREMENTS = "tritonclient[http]==2.73.0\nnumpy==2.4.6\n"


@pytest.fixture
def samples(wine: httpx.Client) -> dict[tuple[str, str], str]:
    """Each call of the example's server, by its path and its label."""
    api = wine.get("/openapi.json").json()
    return {
        (path, sample["label"]): sample["source"].replace(calls.ADDRESS, here(wine))
        for path in ("/predict", "/v2/models/wine/infer")
        for sample in api["paths"][path]["post"]["x-codeSamples"]
    }


def here(client: httpx.Client) -> str:
    return f"{client.base_url.host}:{client.base_url.port}"


def output(*command: Any) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("path", "told"),
    [("/predict", "predictions"), ("/v2/models/wine/infer", "outputs")],
)
def test_curl_is_answered(samples: dict[tuple[str, str], str], path: str, told: str):
    answer = json.loads(output("bash", "-c", samples[path, "curl"]))

    assert told in answer


def test_python_is_answered(samples: dict[tuple[str, str], str]):
    printed = output(sys.executable, "-c", samples["/predict", "Python"])

    assert "'label': 'class_1'" in printed


def test_the_protocols_own_client_is_answered(samples: dict[tuple[str, str], str]):
    python = environment(locked(REQUIREMENTS, print), print)
    call = samples["/v2/models/wine/infer", "tritonclient"]

    printed = output(python, "-W", "ignore", "-c", call)

    assert printed.splitlines()[0] == "label [1]"


@pytest.mark.parametrize("text", ["it's", '"quoted"', "$HOME `id` \\", "\u00e9\n'"])
def test_a_shell_reads_any_text_as_it_is_meant(text: str):
    (sample, _) = calls.predict({"x": text}, guarded=False)

    heard = output(
        "bash", "-c", f'curl() {{ printf %s "${{@: -1}}"; }}; {sample["source"]}'
    )

    assert json.loads(heard) == {"x": text}


def test_a_guarded_models_calls_show_the_token_of_the_environment():
    curl, python = calls.predict({"x": 1}, guarded=True)

    assert '-H "authorization: Bearer $TOKEN"' in curl["source"]
    assert 'os.environ["TOKEN"]' in python["source"]
    compile(python["source"], "call", "exec")
