"""
What a pickled model may name: the parts that the named libraries' own models need.

Everything else is refused, by the scan before a file is opened and by the unpickler
that opens it. A deny-list would have to know every callable of every library.
"""

import re
from functools import lru_cache
from typing import NamedTuple

ARRAYS = ("joblib.numpy_pickle", "NumpyArrayWrapper")
"""The stand-in that joblib writes before the raw bytes of an array."""

# Classes that estimators' modules import from elsewhere and that are no part of a
# model; some open files, start threads, connect, or call what they are given.
_FOREIGN = "Client|Counter|Listener|Memory|Parallel|Path|Popen|Queue|StringIO|Thread"
_CLASS = rf"(?!(?:{_FOREIGN})$)_?[A-Z][A-Za-z0-9]*(?:_[A-Z][A-Za-z0-9]*)?"
_TYPE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Rule(NamedTuple):
    """Names that may be used, as patterns that must match all of module and name."""

    module: str
    names: str
    why: str
    family: bool = False
    """Whether `names` is open: then only a class defined in that very module."""
    called: bool = True
    """Whether it may be called: a booster's constructor opens any file it is given."""


_ESTIMATORS = (
    "calibration|cluster|compose|covariance|cross_decomposition|decomposition"
    "|discriminant_analysis|dummy|ensemble|feature_extraction|feature_selection|frozen"
    "|gaussian_process|impute|isotonic|kernel_approximation|kernel_ridge|linear_model"
    "|manifold|mixture|model_selection|multiclass|multioutput|naive_bayes|neighbors"
    "|neural_network|pipeline|preprocessing|random_projection|semi_supervised|svm|tree"
    "|_loss"
)
_SKLEARN = rf"sklearn\.(?:{_ESTIMATORS})(?:\.(?!tests?\b|_test)\w+)*"
_SCORES = (
    "accuracy|balanced_accuracy|top_k_accuracy|average_precision|brier|f1|fbeta|jaccard"
    "|precision|recall|roc_auc|r2|d2_tweedie|d2_absolute_error|d2_pinball"
    "|explained_variance|matthews_corrcoef|log_loss|max_error|cohen_kappa"
    "|mean_absolute|mean_squared|root_mean_squared|median_absolute|mean_squared_log"
    "|root_mean_squared_log|mean_absolute_percentage|mean_pinball|mean_tweedie"
    "|mean_poisson|mean_gamma"
)
_NUMPY_CORE = r"numpy\._?core"
_FUNCTIONS = (
    "abs|absolute|cbrt|ceil|clip|cos|exp|exp2|expm1|floor|log|log10|log1p|log2"
    "|max|mean|median|min|negative|reciprocal|rint|round|sign|sin|sqrt|square|std|sum"
    "|tan|tanh|var"
)

RULES = (
    Rule(
        r"builtins|__builtin__",
        "bool|bytearray|bytes|complex|dict|float|frozenset|int|list|object|range|set"
        "|slice|str|tuple",
        "plain values, and types given as parameters",
    ),
    Rule(r"copyreg|copy_reg", "_reconstructor", "objects of protocol 0 and 1"),
    Rule(r"_codecs", "encode", "bytes of protocol 2; latin1 only"),
    Rule(r"collections", "OrderedDict|defaultdict|Counter", "plain containers"),
    Rule(r"datetime", "date|datetime|time|timedelta|timezone", "dates as values"),
    Rule(r"decimal", "Decimal", "amounts as values"),
    Rule(r"joblib\.numpy_pickle", "NumpyArrayWrapper", "arrays in a joblib file"),
    Rule(
        r"numpy",
        "ndarray|matrix|dtype|bool_?|str_|bytes_|object_|datetime64"
        r"|timedelta64|u?int(?:8|16|32|64|p|c)?|float(?:16|32|64|128)?|longlong"
        r"|ulonglong|complex(?:64|128)",
        "arrays and scalar types",
    ),
    Rule(r"numpy", _FUNCTIONS, "functions that transformers and clusters are given"),
    Rule(_NUMPY_CORE + r"\.multiarray", "_reconstruct|scalar", "arrays and scalars"),
    Rule(_NUMPY_CORE + r"\.numeric", "_frombuffer", "arrays of protocol 5"),
    Rule(r"numpy\.ma(?:\.core)?", "_mareconstruct|MaskedArray", "results of a search"),
    Rule(r"numpy\.dtypes", r"[A-Z][A-Za-z0-9]*DType", "dtypes given as parameters"),
    Rule(
        r"numpy\.random\._pickle",
        "__randomstate_ctor|__generator_ctor|__bit_generator_ctor",
        "random states",
    ),
    Rule(
        r"numpy\.random\.(?:_[a-z0-9]+|mtrand|bit_generator)",
        "Generator|MT19937|PCG64|PCG64DXSM|Philox|SFC64|RandomState|SeedSequence"
        "|__pyx_unpickle_SeedSequence",
        "random states",
    ),
    Rule(
        r"scipy\.sparse\.(?:_?(?:bsr|coo|csc|csr|dia|dok|lil))",
        "(?:bsr|coo|csc|csr|dia|dok|lil)_(?:matrix|array)",
        "sparse arrays",
    ),
    Rule(r"scipy\.interpolate\._?interpolate", "interp1d", "isotonic regression"),
    Rule(r"scipy\.interpolate\._bsplines", "BSpline", "splines"),
    Rule(r"scipy\._lib\.array_api_compat\.numpy\._aliases", "asarray", "splines"),
    Rule(r"scipy\.special\._ufuncs", "expit|logit", "functions of a link"),
    Rule(
        _SKLEARN,
        _CLASS,
        "estimators and the parts that they are made of",
        family=True,
    ),
    Rule(
        _SKLEARN,
        r"__pyx_unpickle_\w+",
        "parts in Cython, which can make nothing but themselves",
    ),
    Rule(
        r"sklearn\.cluster\._kmeans",
        "_kmeans_single_(?:lloyd|elkan)",
        "how BisectingKMeans splits",
    ),
    Rule(r"sklearn\.neighbors\._(?:ball|kd)_tree", "newObj", "trees of neighbours"),
    Rule(
        r"sklearn\.compose\._column_transformer",
        "make_column_selector",
        "columns chosen by type or by a pattern of their names",
    ),
    Rule(
        r"sklearn\.feature_selection\._(?:univariate_selection|mutual_info)",
        "chi2|f_classif|f_oneway|f_regression|mutual_info_classif"
        "|mutual_info_regression|r_regression",
        "scores that a selection ranks by",
    ),
    Rule(
        r"sklearn\.metrics\._(?:classification|regression|ranking)",
        rf"(?:{_SCORES})(?:_score|_error|_deviance|_loss)?",
        "scores that a search ranks by",
    ),
    Rule(
        r"sklearn\.metrics\._scorer",
        "_Scorer|_CurveScorer|_PredictScorer|_ProbaScorer|_ThresholdScorer|_PassthroughScorer"
        "|_BaseScorer|_MultimetricScorer|_passthrough_scorer",
        "scores that a search ranks by",
    ),
    Rule(
        r"sklearn\.metrics\._dist_metrics",
        r"[A-Z]\w*Distance(?:32|64)?|DistanceMetric(?:32|64)?|newObj",
        "distances between neighbours",
    ),
    Rule(
        r"sklearn\.metrics\.pairwise",
        r"[a-z]+_(?:kernel|distances|similarity)",
        "kernels given as functions",
    ),
    Rule(r"sklearn\.utils(?:\._bunch)?", "Bunch", "named results"),
    Rule(
        r"sklearn\.utils\._metadata_requests",
        "MetadataRequest|MethodMetadataRequest|MetadataRouter|MethodMapping"
        "|RouterMappingPair|MethodPair",
        "which weights a step asked for",
    ),
    Rule(r"sklearn\.utils\._random", r"__pyx_unpickle_\w+", "random states"),
    Rule(r"xgboost\.core", "Booster", "trees", called=False),
    Rule(r"xgboost\.sklearn", r"XGB[A-Z]\w*", "estimators", family=True),
    Rule(r"xgboost\.callback", "EarlyStopping", "how training stopped"),
    Rule(r"lightgbm\.basic", "Booster", "trees", called=False),
    Rule(r"lightgbm\.sklearn", r"LGBM[A-Z]\w*|_LGBM[A-Z]\w*", "estimators"),
    Rule(
        r"pandas(?:\.arrays|\.core\.(?:frame|series|(?:arrays|dtypes|indexes)\.\w+))?",
        "DataFrame|Series|_new_Index|_new_DatetimeIndex|Categorical"
        "|(?:Range|Multi|Categorical|Datetime|Timedelta)?Index"
        "|(?:String|Datetime|Timedelta|Integer|Floating|Boolean)Array"
        "|StringArrayNumpySemantics|NumpyExtensionArray"
        "|(?:U?Int(?:8|16|32|64)|Float(?:32|64)|String|Boolean|Categorical|NumpyEA"
        "|DatetimeTZ)Dtype",
        "tables, their columns and labels",
    ),
    Rule(
        r"pandas\.core\.internals\.(?:managers|blocks)",
        "BlockManager|SingleBlockManager|new_block",
        "the columns of a table",
    ),
    Rule(r"pandas\._libs\.internals", "_unpickle_block", "the columns of a table"),
    Rule(
        r"pandas\._libs\.arrays", "__pyx_unpickle_NDArrayBacked", "columns of a table"
    ),
)

_COMPILED = tuple((re.compile(r.module), re.compile(r.names), r) for r in RULES)


@lru_cache(maxsize=4096)
def rule_for(module: str, name: str) -> Rule | None:
    """The rule that lets this name be used, if one does."""
    for modules, names, rule in _COMPILED:
        if modules.fullmatch(module) and names.fullmatch(name):
            return rule
    return None


def permits(module: str, name: str, trusted: frozenset[str] = frozenset()) -> bool:
    """
    Whether a pickle may name this.

    `trusted` is what the operator adds: `module.name`, or `module.*` for a module and
    all below it. A dotted name reaches inside of what is named and is never permitted.
    """
    return bool(_TYPE.fullmatch(name)) and (
        rule_for(module, name) is not None or trusts(trusted, module, name)
    )


def trusts(trusted: frozenset[str], module: str, name: str) -> bool:
    """Whether the operator's own patterns cover a name."""
    if f"{module}.{name}" in trusted:
        return True
    parts = module.split(".")
    return any(
        ".".join(parts[: length + 1]) + ".*" in trusted for length in range(len(parts))
    )
