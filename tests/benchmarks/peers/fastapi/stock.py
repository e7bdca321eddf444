"""FastAPI in front of the estimator itself."""

import os

import numpy as np
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from validated_model import estimator

model = estimator()
app = FastAPI()


class Request(BaseModel):
    """Rows of numbers."""

    rows: list[list[float]]


@app.get("/ready")
async def ready() -> dict[str, bool]:
    """Where a 200 says that the model is loaded."""
    return {"ready": True}


@app.post("/predict")
async def predict(request: Request) -> dict[str, list[list[float]]]:
    """How likely each class is, for each row."""
    return {"answers": model.predict_proba(np.array(request.rows)).tolist()}


if __name__ == "__main__":
    port = int(os.environ["BENCHMARK_PORT"])
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_level="warning")
