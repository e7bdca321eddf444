"""Unpickling that imports nothing but what the allow-list and the operator permit."""

import pickle
from pathlib import Path
from typing import IO, Any

from .allowed import ARRAYS, permits, rule_for
from .unpacked import unpacked


class RefusedName(pickle.UnpicklingError):
    """A pickle that names something it may not use."""


class _HasArrays(pickle.UnpicklingError):
    """The file was written by joblib and must be read by joblib's own unpickler."""


class AllowedUnpickler(pickle.Unpickler):
    """
    An unpickler that finds only what is allowed.

    `allowed` is what the operator trusts beyond the table in allowed.py. Raw arrays of
    joblib are not for it: their bytes would be taken for opcodes.
    """

    def __init__(self, file: IO[bytes], allowed: frozenset[str] = frozenset()) -> None:
        super().__init__(file)
        self._allowed = allowed

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ARRAYS:
            raise _HasArrays
        return checked(super().find_class, module, name, self._allowed)


def load(path: Path, allowed: frozenset[str] = frozenset()) -> Any:
    """The object in a pickle or joblib file, compressed or not."""
    try:
        with unpacked(path) as file:
            return AllowedUnpickler(file, allowed).load()
    except _HasArrays:
        with unpacked(path) as file:
            return _with_arrays(path, file, allowed)


def checked(find: Any, module: str, name: str, allowed: frozenset[str]) -> Any:
    """What `find` gives for a name, once it is known to be one that may be used."""
    if not permits(module, name, allowed):
        raise RefusedName(f"it names {module}.{name}, which nobody trusts")
    found = _latin1 if (module, name) == ("_codecs", "encode") else find(module, name)
    rule = rule_for(module, name)
    if rule and rule.family and not _is_defined_in(found, module):
        raise RefusedName(f"it names {module}.{name}, which is no class of that module")
    return found


def _is_defined_in(found: Any, module: str) -> bool:
    return isinstance(found, type) and found.__module__ == module


def _latin1(text: str, encoding: str) -> bytes:
    if encoding not in ("latin1", "latin-1"):
        raise RefusedName(f"it encodes text as {encoding}")
    return text.encode("latin1")


def _with_arrays(path: Path, file: IO[bytes], allowed: frozenset[str]) -> Any:
    # Imported late: a pickle without raw arrays needs no joblib.
    from joblib.numpy_pickle import NumpyArrayWrapper, NumpyUnpickler

    class Wrapper(NumpyArrayWrapper):
        """joblib's own, but objects inside an array are held to the list too."""

        def read_array(self, unpickler: Any, *rest: Any, **named: Any) -> Any:
            if self.dtype.hasobject:
                return AllowedUnpickler(unpickler.file_handle, allowed).load()
            return super().read_array(unpickler, *rest, **named)

    class Unpickler(NumpyUnpickler):
        def find_class(self, module: str, name: str) -> Any:
            if (module, name) == ARRAYS:
                return Wrapper
            return checked(super().find_class, module, name, allowed)

    return Unpickler(str(path), file, ensure_native_byte_order=True).load()
