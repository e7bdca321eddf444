"""MLflow with a model of one's own around onnxruntime."""

from pathlib import Path

from saved import serve


def save(folder: str) -> None:
    """Write the model as MLflow keeps it: the code that makes it."""
    import mlflow.pyfunc

    code = Path(__file__).with_name("onnx_python_model.py")
    mlflow.pyfunc.save_model(folder, python_model=str(code))


serve("onnx", save)
