"""The models of the matrix: which module trains each, in whose environment."""

from typing import NamedTuple


class Bench(NamedTuple):
    """Models that one process trains."""

    converter: str
    """Whose environment has the libraries; empty for the project's own."""
    modules: dict[str, tuple[str, ...]]
    """The functions of each module, which are named like the models."""


BENCHES = (
    Bench(
        "",
        {
            "with_sklearn": (
                "binary_logistic",
                "text_labels_forest",
                "tree",
                "nearest_neighbours",
                "stacking",
                "gradient_boosting",
                "missing_hist_boosting",
                "missing_forest",
                "regression_ridge",
                "regression_network",
                "multi_output_forest",
                "svm_digits",
                "clusters",
                "outliers",
                "components",
                "native_gaussian_process",
            ),
            "with_columns": ("mixed_columns", "text_counts", "model_and_preprocessor"),
            "with_files": (
                "mlflow_folder",
                "own_onnx",
                "own_transformer",
                "own_prediction",
            ),
        },
    ),
    Bench(
        "boosted",
        {
            "with_boosters": (
                "xgboost_classes",
                "xgboost_binary",
                "xgboost_regression",
                "xgboost_ranking",
                "xgboost_in_pipeline",
                "lightgbm_binary",
                "lightgbm_categories",
                "lightgbm_pickled",
            )
        },
    ),
    Bench("skops", {"with_skops": ("skops_forest",)}),
)

NAMES = [
    name for bench in BENCHES for names in bench.modules.values() for name in names
]
