"""Asks a server with MLServer's codecs and command; prints what it saw as JSON."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import numpy as np
from mlserver.codecs import (  # pyright: ignore[reportMissingImports]
    NumpyCodec,
    StringCodec,
)
from mlserver.types import (  # pyright: ignore[reportMissingImports]
    InferenceRequest,
    InferenceResponse,
    MetadataModelResponse,
    MetadataServerResponse,
)

NUMBERS = {
    "half": np.linspace(-1, 1, 4, dtype=np.float16).reshape(2, 2),
    "single": np.linspace(0, 1, 6, dtype=np.float32).reshape(2, 3),
    "double": np.array([[0.1], [1e300]]),
    "count": np.array([[2**53 + 1], [-(2**63)]]),
    "small": np.arange(8, dtype=np.uint8).reshape(2, 4),
    "flag": np.array([[True], [False]]),
}
TEXTS = ["Bergen", "Tromsø"]


def request() -> Any:
    numbers = [NumpyCodec.encode_input(name, each) for name, each in NUMBERS.items()]
    text = StringCodec.encode_input("text", TEXTS, use_bytes=False)
    return InferenceRequest(id="m-1", inputs=[*numbers, text])


def same(answer: Any) -> list[str]:
    """The tensors that came back as they went."""
    given = {output.name: output for output in answer.outputs}
    found = [
        name
        for name, sent in NUMBERS.items()
        if np.array_equal(NumpyCodec.decode_output(given[f"{name}_out"]), sent)
    ]
    texts = StringCodec.decode_output(given["text_out"])
    return [*found, "text"] if texts == TEXTS else found


def get(path: str, body: str | None = None) -> bytes:
    headers = {"content-type": "application/json"}
    data = body.encode() if body else None
    with urlopen(Request(f"http://{sys.argv[1]}{path}", data, headers)) as answer:
        return answer.read()


def by_command(line: str) -> dict[str, Any]:
    """What `mlserver infer` writes for a file of requests."""
    Path("asked.jsonl").write_text(line + "\n")
    words = ["-u", sys.argv[1], "-m", "echo", "-i", "asked.jsonl", "-o", "got.jsonl"]
    mlserver = Path(sys.executable).with_name("mlserver")
    subprocess.run([mlserver, "infer", *words], check=True, stdout=sys.stderr)
    return json.loads(Path("got.jsonl").read_text().splitlines()[0])


def main() -> dict[str, Any]:
    body = request().model_dump_json(exclude_none=True)
    answer = InferenceResponse.model_validate_json(get("/v2/models/echo/infer", body))
    model = MetadataModelResponse.model_validate_json(get("/v2/models/echo"))
    server = MetadataServerResponse.model_validate_json(get("/v2"))
    return {
        "server": server.name,
        "model": [model.name, *model.versions],
        "inputs": [each.name for each in model.inputs],
        "same": same(answer),
        "id": answer.id,
        "command": same(InferenceResponse.model_validate(by_command(body))),
    }


print(json.dumps(main()))
