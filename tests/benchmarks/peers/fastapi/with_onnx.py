"""FastAPI as its users write it: pydantic for the request, onnxruntime behind it."""

import os
from typing import Annotated, Any, Literal

import numpy as np
import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field
from validated_model import OnnxModel

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]

model = OnnxModel()
app = FastAPI()


class Tensor(BaseModel):
    """An input of a request; pydantic sees to each value."""

    name: str
    shape: Annotated[list[int], Field(min_length=2, max_length=2)]
    datatype: Literal["FP32"]
    data: list[Number]


class Request(BaseModel):
    """A request of the Open Inference Protocol."""

    inputs: Annotated[list[Tensor], Field(min_length=1, max_length=1)]


class Answer(BaseModel):
    """An output."""

    name: str
    shape: list[int]
    data: list[Any]


class Response(BaseModel):
    """All that the model answers."""

    outputs: list[Answer]


@app.get("/ready")
async def ready() -> dict[str, bool]:
    """Where a 200 says that the model is loaded."""
    return {"ready": True}


@app.post("/v2/models/{name}/infer")
async def infer(name: str, request: Request) -> Response:
    """What pydantic cannot see is checked here; then the session is run."""
    tensor = request.inputs[0]
    shape = tensor.shape
    if tensor.name != model.name or shape[0] < 1 or shape[1] != model.width:
        raise HTTPException(422, f"{model.name} has {model.width} columns, not {shape}")
    if len(tensor.data) != shape[0] * shape[1]:
        raise HTTPException(422, f"{shape} is not the shape of {len(tensor.data)}")
    made = model.answers(np.array(tensor.data, np.float32).reshape(shape))
    return Response(outputs=[_answer(*each) for each in made.items()])


def _answer(name: str, values: Any) -> Answer:
    return Answer(name=name, shape=values.shape, data=values.ravel().tolist())


if __name__ == "__main__":
    port = int(os.environ["BENCHMARK_PORT"])
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_level="warning")
