"""The stored example as calls to paste: curl, Python, the protocol's own client."""

from typing import Any

from .literal import laid_out

ADDRESS = "localhost:8080"
"""Stands for where the server is; a page that shows a call puts its own in."""

_PREDICT = """\
{imports}import httpx

{token}asked = {asked}
answer = httpx.post("http://{address}/predict", json=asked{more})
print(answer.json())
"""
_INFER = """\
{imports}import numpy as np
import tritonclient.http as v2
from tritonclient.utils import triton_to_np_dtype


def tensor(name, datatype, shape, data):
    array = np.array(data, triton_to_np_dtype(datatype)).reshape(shape)
    made = v2.InferInput(name, shape, datatype)
    made.set_data_from_numpy(array)
    return made


{token}asked = {asked}
client = v2.InferenceServerClient("{address}")
answer = client.infer("{name}", [tensor(**one) for one in asked]{more})
for output in answer.get_response()["outputs"]:
    print(output["name"], answer.as_numpy(output["name"]))
"""
_OPEN = {"imports": "", "token": "", "more": ""}
_GUARDED = {
    "imports": "import os\n\n",
    "token": 'token = {"authorization": "Bearer " + os.environ["TOKEN"]}\n',
    "more": ", headers=token",
}


def predict(request: Any, *, guarded: bool) -> list[dict[str, str]]:
    """Calls of /predict, in the form that API pages know as x-codeSamples."""
    code = _PREDICT.format(
        asked=laid_out(request, repr),
        address=ADDRESS,
        **(_GUARDED if guarded else _OPEN),
    )
    return [
        _sample("Shell", "curl", _curl("/predict", request, guarded=guarded)),
        _sample("Python", "Python", code),
    ]


def infer(name: str, request: Any, *, guarded: bool) -> list[dict[str, str]]:
    """Calls of the Open Inference Protocol."""
    path = f"/v2/models/{name}/infer"
    code = _INFER.format(
        asked=laid_out(request["inputs"], repr),
        address=ADDRESS,
        name=name,
        **(_GUARDED if guarded else _OPEN),
    )
    return [
        _sample("Shell", "curl", _curl(path, request, guarded=guarded)),
        _sample("Python", "tritonclient", code),
    ]


def _curl(path: str, request: Any, *, guarded: bool) -> str:
    """A command that a shell reads as it is meant, whatever the request holds."""
    text = laid_out(request).replace("'", "\\u0027")
    token = '  -H "authorization: Bearer $TOKEN" \\\n' if guarded else ""
    return (
        f"curl http://{ADDRESS}{path} \\\n{token}"
        "  -H 'content-type: application/json' \\\n"
        f"  -d '{text}'\n"
    )


def _sample(lang: str, label: str, source: str) -> dict[str, str]:
    return {"lang": lang, "label": label, "source": source}
