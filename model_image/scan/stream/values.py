"""What a pickle's stack holds while it is followed, as far as it matters."""

from typing import Any, Final

import msgspec

from model_image.server.allowed import ARRAYS

_MOST_ITEMS = 64
# What is read of a dictionary, beside the fields of a dtype, which are tuples.
_KEYS = (
    "allow_mmap",
    "dtype",
    "numpy_array_alignment_bytes",
    "order",
    "shape",
    "subclass",
)


class Unfollowed(Exception):
    """A stream whose effect cannot be told; the message says what was found."""


class Name(msgspec.Struct, frozen=True, order=True):
    """Something that a pickle imports."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


ARRAY: Final = Name(*ARRAYS)
"""joblib's stand-in for an array whose bytes follow in the stream."""


class _Opaque:
    """A value that nothing here needs to know."""


OPAQUE: Final = _Opaque()

MADE: Final = _Opaque()
"""What a name beyond the allow-list made: whoever trusts the name trusts that too."""


class Items(msgspec.Struct):
    """A dictionary, of which only the items that may matter are kept."""

    known: dict[str, Any] = msgspec.field(default_factory=dict)
    complete: bool = True
    """Whether every item it was ever given is in `known`."""

    def put(self, key: Any, value: Any) -> None:
        """Keep an item if it may matter; a vocabulary has millions that don't."""
        matters = isinstance(value, tuple) or key in _KEYS
        if isinstance(key, str) and matters and len(self.known) < _MOST_ITEMS:
            self.known[key] = value
        else:
            self.complete = False


class Dtype(msgspec.Struct):
    """A numpy dtype, known well enough to say how many bytes an array takes."""

    code: str
    has_object: bool
    size: int

    @classmethod
    def made(cls, args: Any) -> "Dtype":
        """The dtype that `numpy.dtype(*args)` makes; only a plain code is followed."""
        code = args[0] if isinstance(args, tuple) and args else None
        if not isinstance(code, str) or code[:1] not in tuple("biufcmMOSUVT"):
            raise Unfollowed("a numpy dtype made of something other than its code")
        if code[0] in "OT":
            return cls(code, True, 8)
        if not code[1:].isdigit() or len(code) > 12:
            raise Unfollowed(f"the numpy dtype {code!r}")
        width = int(code[1:]) * (4 if code[0] == "U" else 1)
        return cls(code, False, width)

    def build(self, state: Any) -> None:
        """
        Take the state that a pickle gives; raises where it belies the code.

        Numpy believes a state: one of another size, or with objects that it denies,
        lets an array's bytes be taken for pointers.
        """
        if not isinstance(state, tuple) or len(state) not in (8, 9):
            raise Unfollowed("a numpy dtype whose state is not one")
        subdtype, names, fields, size = state[2:6]
        if subdtype is not None or size not in (-1, self.size):
            raise Unfollowed(f"a numpy dtype {self.code!r} of another size")
        if names is None and fields is None:
            return
        if self.code[0] != "V" or not isinstance(fields, Items) or not fields.complete:
            raise Unfollowed(f"a numpy dtype {self.code!r} with fields")
        for field in fields.known.values():
            if not isinstance(field, tuple) or not _is_plain(field[0]):
                raise Unfollowed("a numpy dtype with objects among its fields")


def _is_plain(value: Any) -> bool:
    return isinstance(value, Dtype) and not value.has_object


class Wrapper:
    """An object of joblib's stand-in, before its state is known."""
