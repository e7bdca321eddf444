"""A column of an Arrow table as numpy holds it, without a Python object per value."""

import ctypes
from typing import Any

import numpy as np
from arro3.core import Array as ArrowArray
from arro3.core import DataType

from ..manifest import Column
from ..values import Array

_BOOLS = {"true": True, "1": True, "false": False, "0": False}


class _Struct(ctypes.Structure):
    """`ArrowArray` of Arrow's C data interface, which is fixed for good."""

    _fields_ = (
        ("length", ctypes.c_int64),
        ("null_count", ctypes.c_int64),
        ("offset", ctypes.c_int64),
        ("n_buffers", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    )


_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype = ctypes.c_void_p
_pointer.argtypes = (ctypes.py_object, ctypes.c_char_p)


def absent(column: ArrowArray) -> Array:
    """Which values are null; arro3 itself tells only how many."""
    count = len(column)
    if DataType.is_null(column.type) or not column.null_count:
        return np.full(count, DataType.is_null(column.type))
    _, capsule = column.__arrow_c_array__()
    held = _Struct.from_address(_pointer(capsule, b"arrow_array"))
    stop = held.offset + count
    bits = (ctypes.c_uint8 * (stop // 8 + 1)).from_address(held.buffers[0])
    # Copied while the capsule, which owns the memory, is still here.
    valid = np.unpackbits(np.frombuffer(bits, np.uint8), count=stop, bitorder="little")
    return valid[held.offset :] == 0


def fitted(
    column: ArrowArray, dtype: np.dtype[Any], declared: Column | None, text: bool
) -> tuple[Array, Array]:
    """
    The values as the model takes them, and which of them are in doubt.

    What is beyond doubt is what /predict would take, and with the same value. `text`
    says that the column comes from a format that knows nothing but text.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        values, missing, doubt = _READ[dtype.kind](column, dtype, text)
    if not (declared and declared.missing):
        doubt = doubt | missing
    if declared and declared.closed:
        known = [value in declared.known for value in values.tolist()]
        doubt = doubt | ~(np.array(known, bool) | missing)
    return values, doubt


def read_text(text: str | None, kind: str) -> Any:
    """What a cell of text stands for, where the model takes numbers; else the text."""
    if text is None or kind == "O":
        return text
    bare = text.strip()
    if kind == "b":
        return _BOOLS.get(bare.lower(), text)
    for number in (int, float):
        try:
            if "_" not in bare:
                return number(bare)
        except ValueError:
            pass
    return text


def _floats(
    column: ArrowArray, dtype: np.dtype[Any], text: bool
) -> tuple[Array, Array, Array]:
    missing = absent(column)
    if text or not _is_number(column.type):
        column = column.cast(DataType.float64())
    raw = _numbers(column)
    values = raw.astype(dtype)
    unread = absent(column)
    values[unread] = np.nan
    if raw.dtype.kind == "f":
        missing = missing | (np.isnan(raw) & ~unread)
    return values, missing, ~(np.isfinite(values) | missing)


def _ints(
    column: ArrowArray, dtype: np.dtype[Any], text: bool
) -> tuple[Array, Array, Array]:
    if text:
        column = column.cast(ArrowArray.from_numpy(np.empty(0, dtype)).type)
    elif not _is_number(column.type):
        column = column.cast(DataType.float64())
    missing = absent(column)
    raw = _numbers(column)
    values = raw.astype(dtype)
    # Both ways, for a sign may be lost one way and found again the other.
    same = (values.astype(raw.dtype) == raw) & ((values < 0) == (raw < 0))
    if raw.dtype.kind == "f":
        same &= np.abs(raw) < 2.0**53
    return values, missing, ~same | missing


def _bools(
    column: ArrowArray, dtype: np.dtype[Any], text: bool
) -> tuple[Array, Array, Array]:
    given = column.to_pylist()
    if text:
        given = [read_text(value, "b") for value in given]
    wrong = np.array([type(value) is not bool for value in given], bool)
    return np.array([value is True for value in given], bool), wrong, wrong


def _texts(
    column: ArrowArray, dtype: np.dtype[Any], text: bool
) -> tuple[Array, Array, Array]:
    values = np.array([*column.cast(DataType.utf8()).to_pylist(), None], object)[:-1]
    missing = absent(column)
    return values, missing, np.zeros(len(values), bool)


def _is_number(kind: DataType) -> bool:
    return DataType.is_floating(kind) or DataType.is_integer(kind)


def _numbers(column: ArrowArray) -> Array:
    """The buffer of the values itself, whatever stands where a value is null."""
    if not column.null_count:
        return column.to_numpy()
    _, capsule = column.__arrow_c_array__()
    held = _Struct.from_address(_pointer(capsule, b"arrow_array"))
    dtype = column.slice(0, 0).to_numpy().dtype
    stop = held.offset + len(column)
    bytes_ = (ctypes.c_uint8 * (stop * dtype.itemsize)).from_address(held.buffers[1])
    return np.frombuffer(bytes_, dtype)[held.offset :].copy()


_READ = {"f": _floats, "i": _ints, "u": _ints, "b": _bools, "O": _texts}
