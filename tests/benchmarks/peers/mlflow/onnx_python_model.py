"""The model that `with_onnx.py` saves: MLflow runs this file when it loads it."""

from typing import Any

from mlflow.exceptions import MlflowException
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel
from validated_model import InvalidRows, OnnxModel


class Rows(PythonModel):
    """Checked rows in, every output out."""

    def load_context(self, context: Any) -> None:
        self.model = OnnxModel()

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        try:
            array = self.model.checked_rows(model_input.tolist())
        except InvalidRows as error:
            raise MlflowException.invalid_parameter_value(str(error)) from None
        made = self.model.answers(array)
        return {name: values.tolist() for name, values in made.items()}


set_model(Rows())
