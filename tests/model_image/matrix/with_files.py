"""Models that come as somebody's own files, or with somebody's own code."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from .case import Desk, asked, classified, named
from .data import GRAPES, loaded, pickled

_CODE = Path(__file__).with_name("own_code")


def mlflow_folder(desk: Desk) -> None:
    """The files that `mlflow.sklearn.save_model` writes, MLflow not needed."""
    rows, target = loaded("wine")
    rows.columns = [str(name).replace("/", " by ") for name in rows]
    model = make_pipeline(StandardScaler(), LogisticRegression())
    model.fit(rows.to_numpy(), target)
    folder = desk.folder / "logged"
    folder.mkdir()
    pickled(desk, model, "logged/model.pkl")
    (folder / "MLmodel").write_text(_mlmodel([str(name) for name in rows]))
    rows[:5].to_json(folder / "input_example.json", orient="split", index=False)
    answers = classified(model, asked(rows).to_numpy(), model.classes_)
    desk.leave(["logged"], rows, answers)


def _mlmodel(names: list[str]) -> str:
    columns = ", ".join(
        f'{{"type": "double", "name": "{name}", "required": true}}' for name in names
    )
    return f"""\
artifact_path: model
flavors:
  python_function:
    env: {{conda: conda.yaml, virtualenv: python_env.yaml}}
    loader_module: mlflow.sklearn
    model_path: model.pkl
    predict_fn: predict
    python_version: 3.11.7
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: cloudpickle
    sklearn_version: 1.9.1
mlflow_version: 3.18.0
saved_input_example_info:
  artifact_path: input_example.json
  pandas_orient: split
  type: dataframe
signature:
  inputs: '[{columns}]'
  outputs: '[{{"type": "long", "required": true}}]'
"""


def own_onnx(desk: Desk) -> None:
    """A user's own conversion, with the map that skl2onnx ends in by default."""
    rows, target = loaded("iris")
    model = LogisticRegression(max_iter=500).fit(rows.to_numpy(), target)
    graph: Any = to_onnx(model, rows.to_numpy(np.float32)[:1])
    (desk.folder / "iris.onnx").write_bytes(graph.SerializeToString())
    answers = [
        {"output_label": one["label"], "output_probability": one["probabilities"]}
        for one in classified(model, asked(rows).to_numpy(), model.classes_)
    ]
    desk.leave(["iris.onnx"], rows, answers)


def own_transformer(desk: Desk) -> None:
    """A pipeline whose pickle names the user's own module, packed with its code."""
    sys.path.insert(0, str(_copied(desk, "ratios.py", "grapes.py")))
    from ratios import Ratios  # pyright: ignore[reportMissingImports]

    rows, target = loaded("wine")
    model = make_pipeline(Ratios(), StandardScaler(), LogisticRegression())
    model.fit(rows, GRAPES[target])
    (desk.folder / "requirements.txt").write_text("scikit-learn==1.9.1\n")
    answers = classified(model, asked(rows), model.classes_)
    desk.leave(
        [pickled(desk, model)],
        rows,
        [{"label": one["label"], **one["probabilities"]} for one in answers],
        code="code",
        entry="grapes:Grapes",
        requirements="requirements.txt",
    )


def own_prediction(desk: Desk) -> None:
    """Code over a table of its own, with a lambda in it and no library's model."""
    rows, target = loaded("diabetes")
    _copied(desk, "averages.py")
    means = target.groupby(rows["sex"].round(3)).mean().to_dict()
    table = "".join(f"{sex},{mean}\n" for sex, mean in means.items())
    (desk.folder / "means.csv").write_text(table)
    (desk.folder / "requirements.txt").write_text("")
    some = zip(asked(rows)["sex"], asked(rows)["bmi"], strict=True)
    expected = [means[round(sex, 3)] * (1 + bmi) for sex, bmi in some]
    desk.leave(
        ["means.csv"],
        rows,
        named("prediction", expected),
        code="code",
        entry="averages:Averages",
        requirements="requirements.txt",
    )


def _copied(desk: Desk, *names: str) -> Path:
    code = desk.folder / "code"
    code.mkdir()
    for name in names:
        (code / name).write_text((_CODE / name).read_text())
    return code
