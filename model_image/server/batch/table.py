"""Rows that came as an Arrow table: Parquet's typed columns, or CSV's cells of text."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from arro3.core import Array as ArrowArray
from arro3.core import DataType, RecordBatch
from arro3.io import write_ndjson

from ..manifest import Input
from ..refusal import Mistake
from ..values import DTYPES, Array
from .arrow import given_columns, picked, table
from .column import fitted, read_text
from .rows import blank, flat_names, tensor_of


@dataclass(frozen=True)
class TableRows:
    """The rows of a record batch."""

    batch: RecordBatch
    inputs: tuple[Input, ...]
    keep: tuple[str, ...]
    text: bool = False
    """Whether the format knows nothing but text."""
    typed: bool = False
    """Whether text is kept as the numbers that the model saw in it."""
    broken: Mapping[int, Mistake] = field(default_factory=dict)
    raw: Mapping[int, str] = field(default_factory=dict)
    """The broken rows as they stood there."""

    def __len__(self) -> int:
        return self.batch.num_rows

    def tensor(self, input: Input) -> tuple[Array, Array]:
        """By whole columns; a column of lists goes through Python."""
        if self._nested(input):
            lists = self.batch.column(input.name).to_pylist()
            return tensor_of([{input.name: each} for each in lists], input)
        made = blank(input, len(self))
        matrix = made.reshape(len(self), input.width)
        doubt = np.zeros(len(self), bool)
        for place, name in enumerate(flat_names(input)):
            declared = input.columns[place] if input.columns else None
            column = self.batch.column(name)
            matrix[:, place], unsure = fitted(column, made.dtype, declared, self.text)
            doubt |= unsure
        return made, doubt

    def values(self, index: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for input in self.inputs:
            if self._nested(input):
                made[input.name] = self._cell(index, input.name)
                continue
            kind = DTYPES[input.datatype].kind
            row = [self._cell(index, name) for name in flat_names(input)]
            if self.text:
                row = [read_text(cell, kind) for cell in row]
            # NaN, which equals nothing, is how a table may say that a value is missing.
            row = [None if cell != cell else cell for cell in row]
            if len(row) > len(input.names):
                made[input.name] = row
            else:
                made |= zip(input.names, row, strict=True)
        return made

    def shown(self, index: int) -> Any:
        if index in self.raw:
            return self.raw[index]
        return {name: self._cell(index, name) for name in self.batch.column_names}

    def columns(self, good: Array, given: Mapping[str, Array]) -> dict[str, ArrowArray]:
        seen = given_columns(given, self.inputs) if self.text and self.typed else {}
        return {
            name: seen[name] if name in seen else picked(self.batch.column(name), good)
            for name in self.keep
        }

    def json_lines(
        self,
        good: Array,
        given: Mapping[str, Array],
        answers: Mapping[str, ArrowArray],
    ) -> bytes:
        written = io.BytesIO()
        whole = table({**self.columns(good, given), **answers})
        write_ndjson(whole, written, explicit_nulls=True)
        return written.getvalue()

    def _cell(self, index: int, name: str) -> Any:
        return self.batch.column(name).slice(index, 1).to_pylist()[0]

    def _nested(self, input: Input) -> bool:
        """Whether a tensor without columns stands in a column of lists."""
        if input.columns or input.name not in self.batch.column_names:
            return False
        return DataType.is_nested(self.batch.column(input.name).type)
