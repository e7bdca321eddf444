"""Asks a server with Triton's own client; prints what it saw as JSON."""

import json
import sys
from typing import Any

import numpy as np
import tritonclient.http as triton  # pyright: ignore[reportMissingImports]
from tritonclient.utils import InferenceServerException  # pyright: ignore

ROWS = 3
TENSORS = {
    "half": ("FP16", np.linspace(-1, 1, 6, dtype=np.float16).reshape(ROWS, 2)),
    "single": ("FP32", np.linspace(0, 1, 9, dtype=np.float32).reshape(ROWS, 3)),
    "double": ("FP64", np.array([[0.1], [1e300], [-0.0]])),
    "count": ("INT64", np.array([[2**53 + 1], [-(2**63)], [2**63 - 1]])),
    "small": ("UINT8", np.arange(12, dtype=np.uint8).reshape(ROWS, 4)),
    "flag": ("BOOL", np.array([[True], [False], [True]])),
    "text": ("BYTES", np.array([["Bergen"], [""], ["Tromsø"]], np.object_)),
}
IN_JSON = [name for name, (datatype, _) in TENSORS.items() if datatype != "FP16"]


def inputs(in_json: list[str]) -> list[Any]:
    made = []
    for name, (datatype, values) in TENSORS.items():
        tensor = triton.InferInput(name, list(values.shape), datatype)
        tensor.set_data_from_numpy(values, binary_data=name not in in_json)
        made.append(tensor)
    return made


def same(result: Any, names: list[str]) -> list[str]:
    """The tensors that came back as they went."""
    found = []
    for name in names:
        _, sent = TENSORS[name]
        got = result.as_numpy(f"{name}_out")
        if got is not None and got.dtype.kind in "OS":
            # JSON gives text and binary gives bytes.
            texts = [t.decode() if isinstance(t, bytes) else t for t in got.ravel()]
            got = np.array(texts, np.object_).reshape(got.shape)
        if got is not None and got.dtype == sent.dtype and np.array_equal(got, sent):
            found.append(name)
    return found


def refusal(client: Any) -> dict[str, str]:
    wrong = triton.InferInput("half", [1, 3], "FP16")
    wrong.set_data_from_numpy(np.zeros((1, 3), np.float16))
    try:
        client.infer("echo", [wrong])
    except InferenceServerException as error:
        return {"status": error.status(), "error": error.message()}
    return {}


def main() -> dict[str, Any]:
    client = triton.InferenceServerClient(sys.argv[1])
    names = list(TENSORS)
    binary = client.infer("echo", inputs([]), request_id="b-1", model_version="1.0.0")
    asked = [
        triton.InferRequestedOutput("text_out", binary_data=False),
        triton.InferRequestedOutput("half_out"),
        triton.InferRequestedOutput("count_out", binary_data=False),
    ]
    chosen = client.infer("echo", inputs(IN_JSON), outputs=asked, timeout=5_000_000)
    packed = client.infer(
        "echo", inputs([]), request_compression_algorithm=None, query_params={"a": "b"}
    )
    return {
        "live": client.is_server_live(),
        "ready": client.is_server_ready(),
        "model_ready": client.is_model_ready("echo"),
        "version_ready": client.is_model_ready("echo", "1.0.0"),
        "other_ready": client.is_model_ready("echo", "9.9.9"),
        "server": client.get_server_metadata(),
        "model": client.get_model_metadata("echo"),
        "binary": same(binary, names),
        "id": binary.get_response()["id"],
        "chosen": same(chosen, ["text", "half", "count"]),
        "chosen_only": [each["name"] for each in chosen.get_response()["outputs"]],
        "queried": same(packed, names),
        "later": same(client.async_infer("echo", inputs([])).get_result(), names),
        "refusal": refusal(client),
    }


print(json.dumps(main()))
