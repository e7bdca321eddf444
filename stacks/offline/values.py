"""Property values between Pulumi's wire format, plain Python and the state file."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

_SIGNATURE = rpc._special_sig_key
_SECRET = rpc._special_secret_sig
_OUTPUT = rpc._special_output_value_sig
_REFERENCE = rpc._special_resource_sig
_SEALED = "slipway:sealed"


@dataclass(frozen=True)
class Unknown:
    """A value that only an update can tell."""

    def __repr__(self) -> str:
        return "[unknown]"


@dataclass(frozen=True, repr=False)
class Secret:
    """A value that is never printed and never written down."""

    value: Any

    def __repr__(self) -> str:
        return "[secret]"


@dataclass(frozen=True, repr=False)
class Sealed:
    """What the state keeps of a secret: enough to see that it changed, no more."""

    digest: str

    def __repr__(self) -> str:
        return "[secret]"


UNKNOWN = Unknown()


def decode(message: struct_pb2.Struct) -> dict[str, Any]:
    """The properties that the program sent."""
    return _read(json_format.MessageToDict(message))


def encode(properties: dict[str, Any]) -> struct_pb2.Struct:
    """The properties as the program reads them."""
    return json_format.ParseDict(_write(properties), struct_pb2.Struct())


def _read(value: Any) -> Any:
    match value:
        case rpc.UNKNOWN:
            return UNKNOWN
        case float() if value.is_integer():
            return int(value)
        case list():
            return [_read(item) for item in value]
        case {rpc._special_sig_key: kind}:
            return _read_special(kind, value)
        case dict():
            return {key: _read(item) for key, item in value.items()}
    return value


def _read_special(kind: str, value: dict[str, Any]) -> Any:
    if kind == _SECRET:
        return Secret(_read(value["value"]))
    if kind == _OUTPUT:
        inner = _read(value["value"]) if "value" in value else UNKNOWN
        return Secret(inner) if value.get("secret") else inner
    if kind == _REFERENCE:
        return value["urn"]
    return value


def _write(value: Any) -> Any:
    match value:
        case Unknown():
            return rpc.UNKNOWN
        case Secret(inner):
            return {_SIGNATURE: _SECRET, "value": _write(inner)}
        case Sealed():
            return {_SIGNATURE: _SECRET, "value": repr(value)}
    return _descend(value, _write)


def _descend(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {key: change(item) for key, item in value.items()}
    if isinstance(value, list):
        return [change(item) for item in value]
    return value


def revealed(value: Any) -> Any:
    """`value` with its secrets in the open, for the one call that needs them."""
    if isinstance(value, Secret):
        return revealed(value.value)
    return _descend(value, revealed)


def sealed(value: Any, salt: str) -> Any:
    """`value` with each secret replaced by a slow, salted hash of it."""
    if isinstance(value, Secret):
        text = json.dumps(_write(value.value), sort_keys=True)
        digest = hashlib.scrypt(text.encode(), salt=salt.encode(), n=4096, r=8, p=1)
        return Sealed(digest.hex())
    return _descend(value, lambda item: sealed(item, salt))


def contains(value: Any, kind: type) -> bool:
    """Whether a value of `kind` (Unknown, Secret, Sealed) is anywhere in `value`."""
    if isinstance(value, kind):
        return True
    if isinstance(value, Secret):
        return contains(value.value, kind)
    items = value.values() if isinstance(value, dict) else value
    return isinstance(value, dict | list) and any(contains(i, kind) for i in items)


def to_json(value: Any) -> Any:
    """`value` as the state file keeps it; a secret that is not sealed is a bug."""
    if isinstance(value, Sealed):
        return {_SEALED: value.digest}
    if isinstance(value, Secret | Unknown):
        raise TypeError(f"{value!r} may not be written down")
    return _descend(value, to_json)


def from_json(value: Any) -> Any:
    """The value that `to_json` wrote."""
    if isinstance(value, dict) and _SEALED in value:
        return Sealed(value[_SEALED])
    return _descend(value, from_json)
