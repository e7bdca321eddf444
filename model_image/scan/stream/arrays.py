"""The raw arrays of joblib: bytes in the middle of a pickle that are no opcodes."""

from math import prod
from typing import Any

from model_image.scan.stream.machine import Machine
from model_image.scan.stream.values import (
    OPAQUE,
    Dtype,
    Items,
    Name,
    Unfollowed,
    Wrapper,
)

_BUILD, _DUPLICATE = ord("b"), ord("2")
_KINDS = (Name("numpy", "ndarray"), Name("numpy", "matrix"))
_MOST_STEPS = 2_000
_MOST_NESTED = 20


def pass_array(machine: Machine) -> None:
    """
    Follow joblib's stand-in from its making to its state, then pass the array's bytes.

    On the way nothing may take it from its place on the stack: whatever else was done
    with it, an unpickler and this machine could differ over where the bytes begin.
    """
    home, place = machine.stack, len(machine.stack)
    home.append(wrapper := Wrapper())
    for _ in range(_MOST_STEPS):
        if machine.stack is home and len(home) == place + 2 and _at_build(machine):
            state = home.pop()
            home[place] = OPAQUE
            _pass(machine, state)
            return
        if machine.data[machine.at] in (_DUPLICATE, _BUILD) and machine.stack is home:
            break
        machine.step()
        if len(home) <= place or home[place] is not wrapper:
            break
    raise Unfollowed(f"it uses half of an array at byte {machine.at}")


def _at_build(machine: Machine) -> bool:
    if machine.data[machine.at] != _BUILD:
        return False
    machine.at += 1
    return True


def _pass(machine: Machine, state: Any) -> None:
    if not isinstance(state, Items) or not state.complete:
        raise Unfollowed("an array of joblib has a state that is not one")
    if machine.at < machine.frame_end:
        raise Unfollowed(f"an array begins within a frame at byte {machine.at}")
    dtype, shape = state.known.get("dtype"), state.known.get("shape")
    if state.known.get("subclass") not in _KINDS or not isinstance(dtype, Dtype):
        raise Unfollowed("an array of joblib is of an unknown type")
    if not isinstance(shape, tuple) or not all(
        type(size) is int and size >= 0 for size in shape
    ):
        raise Unfollowed("an array of joblib is of an unknown shape")
    if dtype.has_object:
        if machine.depth >= _MOST_NESTED:
            raise Unfollowed("arrays are nested too deeply")
        machine.at = machine.nested(machine.at)
        return
    if state.known.get("numpy_array_alignment_bytes") is not None:
        machine.skip(machine.number(1))
    machine.skip(prod(shape) * dtype.size)
