"""Saves a model as MLflow keeps it: `saved.py FILE FOLDER CODE`."""

# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
import sys
from pathlib import Path

import mlflow
import mlflow.pyfunc

file, folder, code = sys.argv[1:]
mlflow.pyfunc.save_model(
    folder,
    python_model=str(Path(__file__).with_name("handler.py")),
    artifacts={"model": file},
    code_paths=[code],
    pip_requirements=[f"mlflow=={mlflow.__version__}", "onnxruntime==1.32.0"],
)
