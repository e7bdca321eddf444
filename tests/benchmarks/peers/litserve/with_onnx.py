"""LitServe with a handler of one's own around onnxruntime."""

import os

import litserve
from fastapi import HTTPException
from validated_model import InvalidRows, OnnxModel


class Rows(litserve.LitAPI):
    """Checked rows in, every output out."""

    def setup(self, device):
        self.model = OnnxModel()

    def decode_request(self, request):
        try:
            return self.model.checked_rows(request["rows"])
        except InvalidRows as error:
            raise HTTPException(422, str(error)) from None

    def predict(self, x):
        return self.model.answers(x)

    def encode_response(self, output):
        return {name: values.tolist() for name, values in output.items()}


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
