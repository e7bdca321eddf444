"""What each opcode of a pickle does to a machine that follows it."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from model_image.scan.stream.calls import CALLS
from model_image.scan.stream.literals import LITERALS
from model_image.scan.stream.machine import Machine, Step
from model_image.scan.stream.values import OPAQUE, Items, Name, Unfollowed

# A list's or set's worth of plain numbers, which large models have by the million.
_NUMBERS = re.compile(
    rb"(?:G.{8}|K.|M..|J.{4}|\x8a\x08.{8}|[N\x88\x89])*+[e\x90]", re.DOTALL
)


def _mark(machine: Machine) -> None:
    numbers = _NUMBERS.match(machine.data, machine.at)
    if numbers and machine.stack:
        machine.at = numbers.end()
    else:
        machine.mark()


def _pop(machine: Machine) -> None:
    if machine.stack:
        machine.stack.pop()
    else:
        machine.marked()


def _pop_mark(machine: Machine) -> None:
    machine.marked()


def _stop(machine: Machine) -> None:
    """The machine sees to it."""


def _duplicate(machine: Machine) -> None:
    machine.stack.append(machine.stack[-1])


def _tuple(count: int, machine: Machine) -> None:
    stack = machine.stack
    if len(stack) < count:
        raise IndexError
    stack[-count:] = [tuple(stack[-count:])]


def _marked_tuple(machine: Machine) -> None:
    items = machine.marked()
    machine.stack.append(tuple(items) if len(items) <= 64 else OPAQUE)


def _marked_other(machine: Machine) -> None:
    machine.marked()
    machine.stack.append(OPAQUE)


def _new_items(machine: Machine) -> None:
    machine.stack.append(Items())


def _marked_items(machine: Machine) -> None:
    items = machine.marked()
    machine.stack.append(Items())
    _put(machine, items)


def _append(machine: Machine) -> None:
    machine.stack.pop()
    _ = machine.stack[-1]


def _appends(machine: Machine) -> None:
    machine.marked()
    _ = machine.stack[-1]


def _set_item(machine: Machine) -> None:
    value, key = machine.stack.pop(), machine.stack.pop()
    _put(machine, [key, value])


def _set_items(machine: Machine) -> None:
    _put(machine, machine.marked())


def _put(machine: Machine, items: list[Any]) -> None:
    target = machine.stack[-1]
    if isinstance(target, Name):
        raise Unfollowed(f"it changes {target} itself")
    if not isinstance(target, Items):
        return
    for key, value in zip(items[::2], items[1::2], strict=True):
        target.put(key, value)
        if key == "_sklearn_version" and isinstance(value, str):
            machine.versions["scikit-learn"] = value


def _persistent(machine: Machine) -> None:
    if not machine.persistent:
        raise Unfollowed(f"it refers to something outside at byte {machine.at}")
    machine.stack.pop()
    machine.stack.append(OPAQUE)


def _protocol(machine: Machine) -> None:
    machine.protocol = machine.number(1)
    if machine.protocol > 5:
        raise Unfollowed(
            f"its protocol is {machine.protocol}, which no Python writes yet"
        )


def _outside(machine: Machine) -> None:
    raise Unfollowed(f"it refers to something outside at byte {machine.at - 1}")


def _put_in_memo(size: int, machine: Machine) -> None:
    machine.remember(machine.number(size) if size else _index(machine))


def _get_from_memo(size: int, machine: Machine) -> None:
    machine.recall(machine.number(size) if size else _index(machine))


def _index(machine: Machine) -> int:
    line = machine.line()
    if not line.isdigit() or len(line) > 9:
        raise ValueError
    return int(line)


STEPS: Mapping[int, Step] = {
    code[0]: step
    for code, step in {
        **LITERALS,
        **CALLS,
        b"(": _mark,
        b"0": _pop,
        b"1": _pop_mark,
        b".": _stop,
        b"2": _duplicate,
        b"\x85": partial(_tuple, 1),
        b"\x86": partial(_tuple, 2),
        b"\x87": partial(_tuple, 3),
        b"t": _marked_tuple,
        b"l": _marked_other,
        b"\x91": _marked_other,
        b"}": _new_items,
        b"d": _marked_items,
        b"a": _append,
        b"e": _appends,
        b"\x90": _appends,
        b"s": _set_item,
        b"u": _set_items,
        b"p": partial(_put_in_memo, 0),
        b"q": partial(_put_in_memo, 1),
        b"r": partial(_put_in_memo, 4),
        b"\x94": Machine.remember,
        b"g": partial(_get_from_memo, 0),
        b"h": partial(_get_from_memo, 1),
        b"j": partial(_get_from_memo, 4),
        b"Q": _persistent,
        b"\x80": _protocol,
        b"\x95": lambda machine: machine.frame(machine.number(8)),
        # Names behind numbers, and buffers that come some other way.
        **dict.fromkeys((b"P", b"\x82", b"\x83", b"\x84", b"\x97", b"\x98"), _outside),
    }.items()
}
