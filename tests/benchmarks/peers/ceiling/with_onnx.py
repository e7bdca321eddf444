"""The least that Python can do: raw ASGI, decode, run, encode; nothing is checked."""

import os

import msgspec
import numpy as np
import onnxruntime
import uvicorn
from validated_model import FOLDER


class Tensor(msgspec.Struct):
    """An input of a request."""

    name: str
    shape: list[int]
    datatype: str
    data: list[float]


class Request(msgspec.Struct):
    """A request of the Open Inference Protocol."""

    inputs: list[Tensor]


_options = onnxruntime.SessionOptions()
_options.intra_op_num_threads = _options.inter_op_num_threads = 1
_session = onnxruntime.InferenceSession(str(FOLDER / "model.onnx"), _options)
_names = [output.name for output in _session.get_outputs()]
_decode = msgspec.json.Decoder(Request).decode
_encode = msgspec.json.Encoder().encode


async def app(scope, receive, send):
    """Answers every request as if it were a good one."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    payload = _answer(body) if scope["method"] == "POST" else b"{}"
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(payload)),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": payload})


def _answer(body):
    tensor = _decode(body).inputs[0]
    array = np.array(tensor.data, np.float32).reshape(tensor.shape)
    outputs = zip(_names, _session.run(None, {tensor.name: array}), strict=True)
    made = [
        {"name": name, "shape": values.shape, "data": values.ravel().tolist()}
        for name, values in outputs
    ]
    return _encode({"outputs": made})


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(os.environ["BENCHMARK_PORT"]),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        log_level="warning",
    )
