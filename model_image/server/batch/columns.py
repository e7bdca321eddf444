"""The columns of an input held against the model's, before a row is scored."""

import difflib
from collections.abc import Collection, Iterable, Mapping

from arro3.core import DataType

from ..manifest import Input, Manifest
from ..values import DTYPES, expectation
from . import answer
from .errors import BatchError
from .options import Options
from .reading import Wanted
from .rows import flat_names

Columns = Mapping[str, DataType | None]


def wanted(columns: Columns, manifest: Manifest, options: Options) -> Wanted:
    """What the job makes of these columns; BatchError where it cannot."""
    for input in manifest.inputs:
        _check_input(input, columns)
    answers = [name for output in manifest.outputs for name in answer.names(output)]
    keep = options.keep or tuple(columns)
    for name in keep:
        if name not in columns:
            raise BatchError(
                f"the input has no column {name!r} to keep{_hint(name, columns)}"
            )
    for name in answers:
        if name in keep:
            raise BatchError(
                f"the input has a column {name!r}, which the answer takes; rename it, "
                "or name the columns to --keep"
            )
    for name in keep if options.output_format == "csv" else ():
        kind = columns[name]
        if kind and (DataType.is_nested(kind) or DataType.is_binary(kind)):
            raise BatchError(
                f"the column {name!r} is {shown(kind)}, which CSV cannot hold; name "
                "the columns to --keep, or another format with --to"
            )
    return Wanted(
        inputs=manifest.inputs,
        keep=keep,
        whole=not options.keep,
        answers=frozenset(answers),
        typed=options.output_format != "csv",
        fixed=options.output_format != "jsonl",
    )


def _check_input(input: Input, columns: Columns) -> None:
    kind = DTYPES[input.datatype].kind
    if not input.columns and input.name in columns:
        found = columns[input.name]
        if not (found and DataType.is_nested(found)) and input.width == 1:
            _check_type(input.name, input.datatype, kind, found)
        return
    if lacking := [name for name in flat_names(input) if name not in columns]:
        others = f" (and {len(lacking) - 1} more)" if len(lacking) > 1 else ""
        raise BatchError(
            f"the input has no column {lacking[0]!r}{others}, which the model takes"
            f"{_hint(lacking[0], columns)}; add it, empty where it is not known"
        )
    for name in flat_names(input):
        _check_type(name, input.datatype, kind, columns[name])


def _check_type(name: str, datatype: str, kind: str, found: DataType | None) -> None:
    """Parquet's types; what has none is looked at value by value."""
    if found is None or DataType.is_null(found):
        return
    if not any(fits(found) for fits in _FITTING[kind]):
        raise BatchError(
            f"the column {name!r} is {shown(found)}, and the model takes "
            f"{expectation(datatype)}; convert it"
        )


_TEXTS = (
    DataType.is_string,
    DataType.is_large_string,
    DataType.is_string_view,
    DataType.is_dictionary,
)
_NUMBERS = (DataType.is_integer, DataType.is_floating, DataType.is_decimal)
_FITTING = {
    "b": (DataType.is_boolean,),
    "f": _NUMBERS,
    "i": _NUMBERS,
    "u": _NUMBERS,
    "O": _TEXTS,
}


def shown(kind: DataType) -> str:
    """A type in a message."""
    return str(kind).strip().removeprefix("arro3.core.DataType<").removesuffix(">")


def _hint(name: str, columns: Collection[str]) -> str:
    if near := difflib.get_close_matches(name, columns, 1):
        return f" (did you mean {near[0]!r}?)"
    return f" (it has {_listed(columns)})" if columns else ""


def _listed(names: Iterable[str]) -> str:
    first, more = list(names)[:8], len(list(names)) - 8
    return ", ".join(first) + (f" and {more} more" if more > 0 else "")
