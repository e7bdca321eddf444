"""A machine that follows a pickle sees every name that an unpickler would import."""

import io
import pickle
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_image.scan.stream.machine import Machine
from model_image.scan.stream.steps import STEPS
from model_image.scan.stream.values import Unfollowed
from tests.model_image.scan.hostile import name, text


def followed(data: bytes) -> tuple[set[str], int]:
    machine = Machine(data, steps=STEPS)
    end = machine.run()
    return {str(each) for each in machine.names}, end


class Stand:
    """Takes the place of whatever a pickle imports, and lets anything be done to it."""

    def __new__(cls, *args: Any, **kwargs: Any) -> "Stand":
        return super().__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def __setstate__(self, state: Any) -> None: ...


def recording(unpickler: Any, data: bytes) -> set[str]:
    """The names that a real unpickler asks for; it is given stand-ins."""
    asked: set[str] = set()

    class Recorder(unpickler):
        def find_class(self, module: str, name: str) -> Any:
            asked.add(f"{module}.{name}")
            return type("Stand", (Stand,), {})

    try:
        Recorder(io.BytesIO(data)).load()
    except Exception:
        return asked
    return asked


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(), inner)
        | st.frozensets(st.text())
    ),
    max_leaves=30,
)


@given(value=plain, protocol=st.integers(0, 5))
def test_what_a_pickler_writes_is_followed_to_its_last_byte(
    value: Any, protocol: int
) -> None:
    data = pickle.dumps(value, protocol=protocol)

    names, end = followed(data)

    assert end == len(data)
    assert {each.rpartition(".")[2] for each in names} <= {
        "frozenset",
        "bytes",
        "encode",
    }


@given(value=plain, protocol=st.integers(0, 5), cut=st.floats(0, 0.999))
def test_what_is_cut_short_is_refused(value: Any, protocol: int, cut: float) -> None:
    data = pickle.dumps(value, protocol=protocol)

    with pytest.raises(Unfollowed):
        followed(data[: int(len(data) * cut)])


@given(data=st.binary(max_size=200))
def test_noise_is_refused_and_never_fails_otherwise(data: bytes) -> None:
    try:
        _, end = followed(data)
    except Unfollowed:
        return
    assert end <= len(data)


# Opcodes and their arguments, from which programs are made that no pickler would write.
PIECES = [
    *[text(each) for each in ("os", "system", "numpy", "a.b")],
    *[name(*each) for each in (("os", "system"), ("numpy", "dtype"), ("a.b", "C"))],
    *[b"\x8c\x02os", b"U\x02os", b"S'os'\n", b"Vsystem\n", b"cos\nsystem\n"],
    *[b"(ios\nX\n", b"g0\n", b"p1\n", b"j\1\0\0\0", b"r\2\0\0\0", b"I01\n", b"I-5\n"],
    *[b"L7L\n", b"G" + bytes(8), b"K\1", b"h\0", b"h\1", b"h\2", b"q\0", b"q\1"],
    *[b"\x80\x04", b"\x80\x02"],
    *[bytes([code]) for code in b"(012t)l]ae}dsuRobN.\x85\x86\x87\x8f\x90\x91"],
    *[bytes([code]) for code in b"\x81\x92\x93\x94"],
]


@pytest.mark.parametrize("unpickler", [pickle.Unpickler, pickle._Unpickler])  # type: ignore[attr-defined]
@settings(max_examples=400)
@given(seed=st.integers(0, 2**32), length=st.integers(2, 24))
def test_whatever_an_unpickler_imports_is_seen_or_the_stream_refused(
    unpickler: Any, seed: int, length: int
) -> None:
    draw = random.Random(seed)
    for _ in range(20):
        data = b"\x80\x04" + b"".join(draw.choices(PIECES, k=length)) + b"."
        asked = recording(unpickler, data)
        machine = Machine(data, steps=STEPS)
        try:
            machine.run()
        except Unfollowed:
            continue
        assert asked <= {str(each) for each in machine.names}, data


def test_a_memo_out_of_order_is_refused() -> None:
    """Unpicklers differ over where the next entry goes then."""
    with pytest.raises(Unfollowed, match="out of order"):
        followed(b"\x80\x04Nq\x05.")


def test_frames_do_not_overlap() -> None:
    frame = b"\x95\x0c" + bytes(7)

    with pytest.raises(Unfollowed, match="within another"):
        followed(b"\x80\x04" + frame + frame + bytes(20))


def test_deep_nesting_is_refused_before_it_costs_anything() -> None:
    with pytest.raises(Unfollowed, match="nested deeper"):
        followed(b"(" * 1_000_000)


@pytest.mark.parametrize("opcode", [b"T", b"X", b"B", b"\x8b"])
def test_a_size_that_the_file_does_not_have_is_refused(opcode: bytes) -> None:
    with pytest.raises(Unfollowed, match="ends or is damaged"):
        followed(opcode + b"\xff\xff\xff\x7f" + b"abc.")


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(Unfollowed, match="ends or is damaged"):
        followed(b"c" + b"a" * 100_000)
