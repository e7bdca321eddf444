"""MLflow with the handler of the other benchmarks; its model is an artifact."""

# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
import os
from pathlib import Path
from typing import Any

from mlflow.exceptions import MlflowException
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel


class Rows(PythonModel):
    """Checked rows in, every output out."""

    def load_context(self, context: Any) -> None:
        os.environ["BENCHMARK_MODEL"] = str(Path(context.artifacts["model"]).parent)
        import validated_model

        self.invalid = validated_model.InvalidRows
        self.model = validated_model.OnnxModel()

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        try:
            array = self.model.checked_rows(model_input.tolist())
        except self.invalid as error:
            raise MlflowException.invalid_parameter_value(str(error)) from None
        made = self.model.answers(array)
        return {name: values.tolist() for name, values in made.items()}


set_model(Rows())
