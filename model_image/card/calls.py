"""How to ask the model: its stored example for curl, Python and the v2 protocol."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from model_image.errors import PackError
from model_image.server import predict
from model_image.server.example import Example
from model_image.server.manifest import Manifest, Output
from model_image.server.openapi.literal import laid_out
from model_image.server.refusal import Refusal
from model_image.server.values import Array, flat

ADDRESS = "http://127.0.0.1:8080"
"""Where `python -m model_image serve` answers."""
_MOST = 6000
"""A longer request is read from the package's example.json instead."""


@dataclass(frozen=True)
class Calls:
    """The same request in three ways, and its answers; all of it plain ASCII."""

    curl: str
    python: str
    v2: str
    answer: str
    v2_answer: str

    @classmethod
    def of(cls, manifest: Manifest, example: Example) -> Self:
        """Calls that can be pasted; raises PackError for an example that cannot be."""
        try:
            arrays = predict.arrays(example.request, manifest)
        except Refusal as refusal:
            raise PackError(
                f"the stored example of {manifest.name} does not fit its model: "
                f"{refusal.error}; pack again"
            ) from None
        return cls(
            _curl(example.request),
            _python(example.request),
            _v2(manifest, arrays),
            _cut(laid_out(example.response)),
            _cut(laid_out(_v2_answer(manifest, example.response))),
        )


def _curl(request: Any) -> str:
    if len(text := laid_out(request)) > _MOST:
        read = 'json.dumps(json.load(open("example.json"))["request"])'
        return (
            f"python3 -c 'import json; print({read})' |\n"
            f"  curl {ADDRESS}/predict -H 'Content-Type: application/json' -d @-"
        )
    return _posted("/predict", text)


def _posted(path: str, text: str) -> str:
    """A command that a shell reads as it is meant, whatever the text holds."""
    quoted = text.replace("'", "\\u0027")
    return (
        f"curl {ADDRESS}{path} \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{quoted}'"
    )


def _python(request: Any) -> str:
    if len(written := laid_out(request, ascii)) > _MOST:
        written = 'json.load(open("example.json"))["request"]'
    return (
        "import json\nimport urllib.request\n\n"
        f"asked = {written}\n"
        "call = urllib.request.Request(\n"
        f'    "{ADDRESS}/predict",\n'
        "    json.dumps(asked).encode(),\n"
        '    {"Content-Type": "application/json"},\n'
        ")\n"
        "with urllib.request.urlopen(call) as answer:\n"
        "    print(json.load(answer))"
    )


def _v2(manifest: Manifest, arrays: dict[str, Array]) -> str:
    tensors = [
        {
            "name": tensor.name,
            "shape": list(arrays[tensor.name].shape),
            "datatype": tensor.datatype,
            "data": [_plain(one) for one in arrays[tensor.name].ravel()],
        }
        for tensor in manifest.inputs
    ]
    text = _cut(laid_out({"inputs": tensors}))
    return _posted(f"/v2/models/{manifest.name}/infer", text)


def _v2_answer(manifest: Manifest, response: Any) -> Any:
    """What the protocol answers where /predict answers this."""
    try:
        rows = response["predictions"]
        tensors = [
            {
                "name": output.name,
                "datatype": output.datatype,
                "shape": [len(rows), *output.shape[1:]],
                "data": flat([_tensor_row(output, row[output.name]) for row in rows]),
            }
            for output in manifest.outputs
        ]
    except (KeyError, TypeError, ValueError):
        raise PackError(
            f"the stored answer of {manifest.name} does not fit its outputs; pack again"
        ) from None
    return {"model_name": manifest.name, "outputs": tensors}


def _tensor_row(output: Output, shown: Any) -> Any:
    if output.labels:
        return output.labels.index(shown)
    return [shown[name] for name in output.columns] if output.columns else shown


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else text[:_MOST] + " ... (shortened)"


def _plain(value: Any) -> Any:
    """A tensor's value as JSON: numbers as short as their type allows."""
    if value is None or value != value:
        return None
    if isinstance(value, np.floating):
        return float(str(value))
    return value.item() if isinstance(value, np.generic) else value
