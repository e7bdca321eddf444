"""Ray Serve on this machine alone, with one replica."""

import os
import signal
from typing import Any

import ray
from ray import serve


def deploy(rows: Any) -> None:
    """Answer until told to stop; what is in flight is what Ray makes of it."""
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    port = int(os.environ["BENCHMARK_PORT"])
    serve.start(http_options={"host": "127.0.0.1", "port": port})
    serve.run(serve.deployment(num_replicas=1)(rows).bind(), route_prefix="/")
    signal.signal(signal.SIGTERM, _stopped)
    signal.pause()


def _stopped(number: int, frame: Any) -> None:
    serve.shutdown()
    raise SystemExit(0)
