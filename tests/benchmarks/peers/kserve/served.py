"""KServe's server with nothing but HTTP, as its SDK starts it."""

import logging
import os

from kserve import Model, ModelServer


def serve(model: Model) -> None:
    """Answer for this model until told to stop."""
    model.load()
    # A line a request would be the larger part of the work.
    logging.disable(logging.INFO)
    ModelServer(
        http_port=int(os.environ["BENCHMARK_PORT"]),
        enable_grpc=False,
        enable_latency_logging=False,
        workers=1,
    ).start([model])
