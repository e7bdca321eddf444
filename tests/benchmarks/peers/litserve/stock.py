"""LitServe with the estimator itself."""

import os

import litserve
import numpy as np
from validated_model import estimator


class Rows(litserve.LitAPI):
    """Rows in, chances out."""

    def setup(self, device):
        self.model = estimator()

    def decode_request(self, request):
        return np.array(request["rows"])

    def predict(self, x):
        return self.model.predict_proba(x)

    def encode_response(self, output):
        return {"answers": output.tolist()}


if __name__ == "__main__":
    server = litserve.LitServer(Rows(), accelerator="cpu", workers_per_device=1)
    server.run(
        host="127.0.0.1",
        port=int(os.environ["BENCHMARK_PORT"]),
        num_api_servers=1,
        log_level="warning",
        access_log=False,
        generate_client_file=False,
    )
