"""Protocol buffers walked through by the numbers of their fields, nothing decoded."""

from collections.abc import Iterator
from typing import NamedTuple

from model_image.scan.stream.machine import Buffer

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

_MOST_FIELDS = 20_000_000


class DamagedMessage(Exception):
    """Bytes that are no message; the message says where."""


class Field(NamedTuple):
    """A field of a message: a number's value, or where its bytes begin and end."""

    number: int
    kind: int
    value: int
    start: int
    end: int


def fields(data: Buffer, start: int, end: int) -> Iterator[Field]:
    """The fields of the message that lies between two places."""
    at = start
    for _ in range(_MOST_FIELDS):
        if at == end:
            return
        tag, at = _varint(data, at, end)
        number, kind = tag >> 3, tag & 7
        value, begin = 0, at
        if kind == VARINT:
            value, at = _varint(data, at, end)
        elif kind == BYTES:
            size, begin = _varint(data, at, end)
            at = begin + size
        elif kind in (FIXED64, FIXED32):
            at += 8 if kind == FIXED64 else 4
        else:
            raise DamagedMessage(f"a field of kind {kind} at byte {at}")
        if not number or at > end:
            raise DamagedMessage(f"it ends or is damaged at byte {begin}")
        yield Field(number, kind, value, begin, at)
    raise DamagedMessage(f"a message with more than {_MOST_FIELDS:,} fields")


def text(data: Buffer, field: Field, most: int = 1_000) -> str:
    """What a field of text says; what is longer or no text is damage."""
    if field.kind != BYTES or field.end - field.start > most:
        raise DamagedMessage(f"a text of {field.end - field.start} bytes")
    try:
        return data[field.start : field.end].decode()
    except UnicodeDecodeError:
        raise DamagedMessage(f"a text that is none at byte {field.start}") from None


def _varint(data: Buffer, at: int, end: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= end:
            break
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise DamagedMessage(f"it ends or is damaged at byte {at}")
