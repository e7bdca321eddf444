"""Asks a server with KServe's own client; prints what it saw as JSON."""

import asyncio
import json
import sys
from typing import Any

import httpx
import numpy as np
from kserve import (  # pyright: ignore[reportMissingImports]
    InferenceRESTClient,
    InferInput,
    InferRequest,
    RESTConfig,
)

TENSORS = {
    "half": ("FP16", np.linspace(-1, 1, 4, dtype=np.float16).reshape(2, 2)),
    "single": ("FP32", np.linspace(0, 1, 6, dtype=np.float32).reshape(2, 3)),
    "double": ("FP64", np.array([[0.1], [1e300]])),
    "count": ("INT64", np.array([[2**53 + 1], [-(2**63)]])),
    "small": ("UINT8", np.arange(8, dtype=np.uint8).reshape(2, 4)),
    "flag": ("BOOL", np.array([[True], [False]])),
    "text": ("BYTES", np.array([["Bergen"], ["Tromsø"]], np.object_)),
}


def request(binary: bool) -> Any:
    made = []
    for name, (datatype, values) in TENSORS.items():
        tensor = InferInput(name, list(values.shape), datatype)
        # KServe's client has no JSON for FP16.
        tensor.set_data_from_numpy(values, binary_data=binary or datatype == "FP16")
        made.append(tensor)
    return InferRequest("echo", made, request_id="k-1")


def same(answer: Any) -> list[str]:
    """The tensors that came back as they went."""
    given = {output.name: output.as_numpy() for output in answer.outputs}
    return [
        name
        for name, (_, sent) in TENSORS.items()
        if given[f"{name}_out"].astype(sent.dtype).tolist() == sent.tolist()
    ]


async def refusal(client: Any, url: str) -> dict[str, Any]:
    wrong = InferInput("half", [1, 3], "FP16")
    wrong.set_data_from_numpy(np.zeros((1, 3), np.float16))
    try:
        await client.infer(url, InferRequest("echo", [wrong]), "echo")
    except httpx.HTTPStatusError as error:
        return {"status": error.response.status_code, "error": str(error)}
    return {}


async def main() -> dict[str, Any]:
    url = f"http://{sys.argv[1]}"
    async with InferenceRESTClient(RESTConfig(protocol="v2")) as client:
        answers = [await client.infer(url, request(b), "echo") for b in (False, True)]
        return {
            "live": await client.is_server_live(url),
            "ready": await client.is_server_ready(url),
            "model_ready": await client.is_model_ready(url, "echo"),
            "other_ready": await client.is_model_ready(url, "other"),
            "json": same(answers[0]),
            "binary": same(answers[1]),
            "id": answers[0].id,
            "model": answers[0].model_name,
            "refusal": await refusal(client, url),
        }


print(json.dumps(asyncio.run(main())))
