"""BentoML with the handler of the other benchmarks; its model is in the store."""

# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
import os
from typing import Any

import bentoml
from bentoml.exceptions import InvalidArgument
from bentoml.models import BentoModel


@bentoml.service(workers=1)
class Rows:
    """Checked rows in, every output out."""

    stored = BentoModel("net:latest")

    def __init__(self) -> None:
        os.environ["BENCHMARK_MODEL"] = self.stored.path
        import validated_model

        self.invalid = validated_model.InvalidRows
        self.model = validated_model.OnnxModel()

    @bentoml.api
    def predict(self, rows: list[list[Any]]) -> dict[str, list[Any]]:
        try:
            array = self.model.checked_rows(rows)
        except self.invalid as error:
            raise InvalidArgument(str(error)) from None
        made = self.model.answers(array)
        return {name: values.tolist() for name, values in made.items()}
