"""Opcodes that push a plain value: numbers, texts, bytes, and what is empty."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from model_image.scan.stream.machine import Machine, Step
from model_image.scan.stream.values import OPAQUE

_LONGEST_STRING = 200
_NUMBER = re.compile(rb"0|-?[1-9][0-9]{0,18}")


def _fixed(size: int, machine: Machine) -> None:
    machine.skip(size)
    machine.stack.append(OPAQUE)


def _integer(size: int, machine: Machine) -> None:
    piece = machine.read(size)
    machine.stack.append(int.from_bytes(piece, "little", signed=size == 4))


def _constant(value: Any, machine: Machine) -> None:
    machine.stack.append(value)


def _sized(size: int, machine: Machine) -> None:
    machine.skip(machine.number(size))
    machine.stack.append(OPAQUE)


def _text(size: int, machine: Machine) -> None:
    length = machine.number(size)
    if length > _LONGEST_STRING:
        _fixed(length, machine)
    else:
        machine.stack.append(machine.read(length).decode("utf-8", "surrogatepass"))


def _short_text(machine: Machine) -> None:
    # Written out: large vocabularies have millions of these.
    start = machine.at + 1
    end = machine.at = start + machine.data[machine.at]
    if end > machine.size:
        raise IndexError
    text = machine.data[start:end].decode("utf-8", "surrogatepass")
    machine.stack.append(text)


def _line(machine: Machine) -> None:
    machine.line()
    machine.stack.append(OPAQUE)


def _decimal(machine: Machine) -> None:
    line = machine.line().removesuffix(b"L")
    machine.stack.append(int(line) if _NUMBER.fullmatch(line) else OPAQUE)


def _text_line(machine: Machine) -> None:
    line = machine.line()
    known = b"\\" not in line and len(line) <= _LONGEST_STRING and line.isascii()
    machine.stack.append(line.decode() if known else OPAQUE)


def _quoted_line(machine: Machine) -> None:
    line = machine.line()
    known = re.fullmatch(rb"(['\"])([^\\'\"]{0,200})\1", line)
    machine.stack.append(known[2].decode() if known and line.isascii() else OPAQUE)


LITERALS: Mapping[bytes, Step] = {
    b"F": _line,
    b"I": _decimal,
    b"L": _decimal,
    b"J": partial(_integer, 4),
    b"K": partial(_integer, 1),
    b"M": partial(_integer, 2),
    b"G": partial(_fixed, 8),
    b"N": partial(_constant, None),
    b"\x88": partial(_constant, True),
    b"\x89": partial(_constant, False),
    b"\x8a": partial(_sized, 1),
    b"\x8b": partial(_sized, 4),
    b"S": _quoted_line,
    b"T": partial(_sized, 4),
    b"U": partial(_text, 1),
    b"V": _text_line,
    b"X": partial(_text, 4),
    b"\x8c": _short_text,
    b"\x8d": partial(_text, 8),
    b"B": partial(_sized, 4),
    b"C": partial(_sized, 1),
    b"\x8e": partial(_sized, 8),
    b"\x96": partial(_sized, 8),
    b")": partial(_constant, ()),
    b"]": partial(_constant, OPAQUE),
    b"\x8f": partial(_constant, OPAQUE),
}
