"""BentoML with a handler of one's own around onnxruntime."""

from typing import Any

import bentoml
from bentoml.exceptions import InvalidArgument
from started import serve
from validated_model import InvalidRows, OnnxModel


@bentoml.service(workers=1)
class Rows:
    """Checked rows in, every output out."""

    def __init__(self) -> None:
        self.model = OnnxModel()

    @bentoml.api
    def predict(self, rows: list[list[Any]]) -> dict[str, list[Any]]:
        try:
            array = self.model.checked_rows(rows)
        except InvalidRows as error:
            raise InvalidArgument(str(error)) from None
        made = self.model.answers(array)
        return {name: values.tolist() for name, values in made.items()}


if __name__ == "__main__":
    serve("with_onnx")
