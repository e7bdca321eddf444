"""Pickles that attack, one for each known way in: made here, kept nowhere."""

import io
import marshal
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle
import dill
import joblib
import numpy as np

from tests.model_image.scan.canary import Canary

Attack = Callable[[Canary], bytes]


class Reduced:
    """An object that pickles as a call."""

    def __init__(self, function: Any, *args: Any) -> None:
        self._call = (function, args)

    def __reduce__(self) -> Any:
        return self._call


def text(value: str) -> bytes:
    """An opcode that pushes a string."""
    raw = value.encode()
    return b"X" + len(raw).to_bytes(4, "little") + raw


def name(module: str, attribute: str) -> bytes:
    """Opcodes that push something imported, as protocol 4 does."""
    return text(module) + text(attribute) + b"\x93"


def call(module: str, attribute: str, *args: str) -> bytes:
    """A whole pickle that calls something with texts."""
    pushed = b"".join(map(text, args))
    return b"\x80\x04" + name(module, attribute) + b"(" + pushed + b"tR."


def _opened(canary: Canary) -> Reduced:
    return Reduced(open, str(canary.file), "w")


def _function(canary: Canary) -> bytes:
    """Bytecode made into a function and called: what deny-lists of names let pass."""
    code = compile(f"open({str(canary.file)!r}, 'w')", "x", "exec")
    raw = marshal.dumps(code)
    pushed = b"B" + len(raw).to_bytes(4, "little") + raw
    loads = name("marshal", "loads") + pushed + b"\x85R"
    made = name("types", "FunctionType") + loads + b"}\x86R"
    return b"\x80\x04" + made + b")R."


def _cloudpickled(canary: Canary) -> bytes:
    path = str(canary.file)
    return cloudpickle.dumps(lambda: open(path, "w"))


def _dilled(canary: Canary) -> bytes:
    path = str(canary.file)
    return dill.dumps(lambda: open(path, "w"), recurse=True)


def _joblib(value: Any) -> bytes:
    stream = io.BytesIO()
    joblib.dump(value, stream)
    return stream.getvalue()


def _behind_an_array(canary: Canary) -> bytes:
    return _joblib([np.arange(50.0), _opened(canary)])


def _in_an_object_array(canary: Canary) -> bytes:
    return _joblib(np.array([_opened(canary), None], dtype=object))


def _within_the_frame(canary: Canary) -> bytes:
    """Opcodes behind an array's state in its frame, where raw bytes should follow."""
    whole = _joblib(np.arange(40, dtype="u1"))
    built = whole.index(b"ub", whole.index(b"alignment_bytes")) + 2
    start = whole.index(b"\x95")
    attack = b"0" + call("os", "system", f"touch {canary.file}")[2:]
    size = int.from_bytes(whole[start + 1 : start + 9], "little") + len(attack)
    head = whole[: start + 1] + size.to_bytes(8, "little") + whole[start + 9 : built]
    return head + attack + b"\x01\xff" + b"." * 60


def _half_an_array(canary: Canary) -> bytes:
    """joblib's stand-in given to a call that returns it, then built out of sight."""
    made = name("joblib.numpy_pickle", "NumpyArrayWrapper") + b")\x81"
    scalar = name("numpy._core.multiarray", "scalar") + name("numpy", "dtype")
    kept = text("O8") + b"\x89\x88\x87R" + made + b"\x86R"
    return b"\x80\x04" + scalar + kept + b"}b" + call("os", "abort")[2:]


def _renamed(canary: Canary) -> bytes:
    """A memo that holds another string than the one pushed last."""
    pushed = text("os") + b"\x94" + text("numpy") + b"0" + text("system") + b"\x94"
    return b"\x80\x04" + pushed + b"00h\x00h\x01\x93" + text(canary.command) + b"\x85R."


ATTACKS: dict[str, Attack] = {
    "reduce": lambda c: pickle.dumps(_opened(c)),
    "reduce, protocol 0": lambda c: pickle.dumps(_opened(c), protocol=0),
    "reduce, protocol 2": lambda c: pickle.dumps(_opened(c), protocol=2),
    "system": lambda c: call("os", "system", c.command),
    "connection": lambda c: (
        b"\x80\x04"
        + name("socket", "create_connection")
        + b"("
        + text("127.0.0.1")
        + b"M"
        + c.port.to_bytes(2, "little")
        + b"t\x85R."
    ),
    "build": lambda c: b"csys\nmodules\n}" + text("numpy") + name("os", "x") + b"sb.",
    "stacked": lambda c: (
        b"\x80\x04" + b"]" + call("os", "system", c.command)[2:-1] + b"a."
    ),
    "renamed in the memo": _renamed,
    "duplicated": lambda c: (
        b"\x80\x04" + text("timeit") + b"2\x93" + text("1") + b"\x85R."
    ),
    "made-up name": lambda c: b"\x80\x04]" + text("system") + b"\x93.",
    "inst": lambda c: b"(" + text(c.command) + b"ios\nsystem\n.",
    "obj": lambda c: b"(cos\nsystem\n" + text(c.command) + b"o.",
    "newobj": lambda c: (
        b"\x80\x04" + name("subprocess", "Popen") + b"(" + text("ls") + b"t\x81."
    ),
    "newobj_ex": lambda c: b"\x80\x04" + name("subprocess", "Popen") + b")}\x92.",
    "extension": lambda c: b"\x80\x04\x82\x01)R.",
    "persistent id": lambda c: b"\x80\x04" + text("x") + b"Q.",
    "persistent id, protocol 0": lambda c: b"Px\n.",
    "two pickles": lambda c: pickle.dumps([1]) + pickle.dumps(_opened(c)),
    "cloudpickle": _cloudpickled,
    "dill": _dilled,
    "marshal and FunctionType": _function,
    "getattr_static": lambda c: call("inspect", "getattr_static", "os", "system"),
    "codecs.open": lambda c: call("codecs", "open", str(c.file), "w"),
    "eval of Python 2": lambda c: b"c__builtin__\neval\n" + text("1") + b"\x85R.",
    "getattr": lambda c: call("builtins", "getattr", "os", "system"),
    "attrgetter": lambda c: call("operator", "attrgetter", "system"),
    "partial": lambda c: call("functools", "partial", "os", "system"),
    "dotted name": lambda c: call("sklearn.svm._base", "np.load", str(c.file)),
    "numpy.load": lambda c: call("numpy", "load", str(c.file)),
    "numpy.memmap": lambda c: call("numpy", "memmap", str(c.file)),
    "ufunc": lambda c: call("numpy.core", "_ufunc_reconstruct", "os", "system"),
    "runstring": lambda c: call("numpy.testing._private.utils", "runstring", "1", ""),
    "joblib.load": lambda c: call("joblib", "load", str(c.file)),
    "joblib's cache": lambda c: call("joblib.memory", "Memory", str(c.file)),
    "pandas.read_pickle": lambda c: call("pandas", "read_pickle", str(c.file)),
    "sklearn.datasets": lambda c: call(
        "sklearn.datasets._base", "get_data_home", str(c.file)
    ),
    "sklearn's tests": lambda c: call(
        "sklearn.utils._testing", "create_memmap_backed_data"
    ),
    "sklearn's sockets": lambda c: call("sklearn.callback._transport", "Client", "x"),
    "sklearn's threads": lambda c: call("sklearn.ensemble._forest", "Parallel"),
    "scipy's exec": lambda c: (
        b"\x80\x04" + name("scipy.stats._continuous_distns", "norm_gen") + b")\x81."
    ),
    "a booster's file": lambda c: (
        b"\x80\x04"
        + name("xgboost.core", "Booster")
        + b"N)"
        + text(str(c.file))
        + b"\x87R."
    ),
    "another codec": lambda c: call("_codecs", "encode", "x", "idna"),
    "call of an instance": lambda c: (
        b"\x80\x04" + name("sklearn.svm._classes", "SVC") + b")\x81)R."
    ),
    "change of a class": lambda c: (
        b"\x80\x04" + name("sklearn.svm._classes", "SVC") + b"}b."
    ),
    "items of a class": lambda c: (
        b"\x80\x04" + name("sklearn.svm._classes", "SVC") + b"NNs."
    ),
    "pointers in an array": lambda c: (
        b"\x80\x04"
        + name("numpy", "dtype")
        + text("V8")
        + b"\x89\x88\x87R(K\x03"
        + text("|")
        + b"N"
        + text("a")
        + b"\x85}"
        + text("a")
        + name("numpy", "dtype")
        + text("O8")
        + b"\x89\x88\x87RK\x00\x86sK\x08K\x01K\x00tb."
    ),
    "array after array": _behind_an_array,
    "object array of joblib": _in_an_object_array,
    "object array": lambda c: pickle.dumps(np.array([_opened(c)], dtype=object)),
    "rest of a frame": _within_the_frame,
    "half an array": _half_an_array,
    "no end": lambda c: pickle.dumps([1])[:-1],
    "an end too many": lambda c: pickle.dumps([1]) + b"\x00",
}


def written(attack: str, canary: Canary, path: Path) -> Path:
    """The attack in a file."""
    path.write_bytes(ATTACKS[attack](canary))
    return path
