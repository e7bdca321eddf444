"""MLflow with its flavour for scikit-learn."""

from saved import serve
from validated_model import estimator


def save(folder: str) -> None:
    """Write the model as MLflow keeps it."""
    import mlflow.sklearn

    mlflow.sklearn.save_model(estimator(), folder, serialization_format="cloudpickle")


serve("stock", save)
