"""Opcodes that import something, call it, or give it a state."""

from collections.abc import Mapping
from typing import Any

from model_image.scan.stream.arrays import pass_array
from model_image.scan.stream.machine import Machine, Step
from model_image.scan.stream.values import (
    ARRAY,
    MADE,
    OPAQUE,
    Dtype,
    Name,
    Unfollowed,
)
from model_image.server.allowed import rule_for

_ENCODE = Name("_codecs", "encode")
_DTYPE = Name("numpy", "dtype")


def _global(machine: Machine) -> None:
    module, name = machine.line().decode(), machine.line().decode()
    machine.name(module, name)


def _stack_global(machine: Machine) -> None:
    name, module = machine.stack.pop(), machine.stack.pop()
    machine.name(module, name)


def _instance(machine: Machine) -> None:
    module, name = machine.line().decode("ascii"), machine.line().decode("ascii")
    args = tuple(machine.marked())
    machine.name(module, name)
    _call(machine, machine.stack.pop(), args)


def _object(machine: Machine) -> None:
    callee, *args = machine.marked()
    _call(machine, callee, tuple(args))


def _reduce(machine: Machine) -> None:
    args, callee = machine.stack.pop(), machine.stack.pop()
    _call(machine, callee, args)


def _call(machine: Machine, callee: Any, args: Any) -> None:
    if callee is MADE:
        machine.stack.append(MADE)
        return
    if not isinstance(callee, Name):
        raise Unfollowed(f"it calls something without a name at byte {machine.at}")
    rule = rule_for(callee.module, callee.name)
    if rule and not rule.called:
        raise Unfollowed(f"it calls {callee}")
    if callee == _DTYPE:
        machine.stack.append(Dtype.made(args))
        return
    if callee == _ENCODE and not _is_latin1(args):
        raise Unfollowed("it encodes text as something other than latin1")
    machine.stack.append(OPAQUE if rule else MADE)


def _is_latin1(args: Any) -> bool:
    return isinstance(args, tuple) and args[1:] in (("latin1",), ("latin-1",))


def _new(machine: Machine) -> None:
    machine.stack.pop()
    made = machine.stack.pop()
    if made is MADE:
        machine.stack.append(MADE)
        return
    if not isinstance(made, Name):
        raise Unfollowed(f"it makes something without a name at byte {machine.at}")
    if made == ARRAY:
        pass_array(machine)
    else:
        machine.stack.append(OPAQUE)


def _new_with_names(machine: Machine) -> None:
    machine.stack.pop()
    _new(machine)


def _build(machine: Machine) -> None:
    state, target = machine.stack.pop(), machine.stack[-1]
    if isinstance(target, Dtype):
        target.build(state)
    elif isinstance(target, Name):
        raise Unfollowed(f"it changes {target} itself")


CALLS: Mapping[bytes, Step] = {
    b"c": _global,
    b"\x93": _stack_global,
    b"i": _instance,
    b"o": _object,
    b"R": _reduce,
    b"\x81": _new,
    b"\x92": _new_with_names,
    b"b": _build,
}
