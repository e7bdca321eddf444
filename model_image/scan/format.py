"""The kinds of file and folder that a trained model comes in."""

from enum import StrEnum


class Format(StrEnum):
    """What a model was saved as, told by what is in it."""

    PICKLE = "pickle"
    XGBOOST = "xgboost"
    LIGHTGBM = "lightgbm"
    ONNX = "onnx"
    TORCHSCRIPT = "torchscript"
    KERAS = "keras"
    SAVEDMODEL = "savedmodel"
    SKOPS = "skops"
    MLFLOW = "mlflow"
