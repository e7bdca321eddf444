"""Azure's own models of Container Apps, which come with its SDK, as a judge."""

import datetime
from collections.abc import Iterator, Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from azure.mgmt.appcontainers import models
from azure.mgmt.appcontainers.models import _models

_REFERENCE = "[reference("


def mistakes(model: type[Any], body: Mapping[str, Any], path: str = "") -> list[str]:
    """What the API has no place for, would not take, or misses; nothing where right."""
    return [*_of_model(model, body, path or model.__name__)]


def _of_model(model: type[Any], body: Any, path: str) -> Iterator[str]:
    if not isinstance(body, Mapping):
        yield f"{path} is {body!r}, and no {model.__name__}"
        return
    fields = {field._rest_name: name for name, field in _fields(model).items()}
    hints = get_type_hints(model, {"_models": models, "datetime": datetime})
    for key, value in body.items():
        if key not in fields:
            yield f"{path}.{key} is no property of {model.__name__}"
        elif _read_only(model, fields[key]):
            yield f"{path}.{key} is Azure's to say"
        else:
            yield from _of_type(hints[fields[key]], value, f"{path}.{key}")
    for key, name in fields.items():
        wanted = not _optional(hints[name]) and not _read_only(model, name)
        if wanted and key not in body:
            yield f"{path}.{key} is missing"


def _of_type(hint: Any, value: Any, path: str) -> Iterator[str]:
    if isinstance(value, str) and value.startswith(_REFERENCE):
        return
    kinds = [one for one in _choices(hint) if one is not NoneType]
    enums = [one for one in kinds if isinstance(one, type) and issubclass(one, Enum)]
    if enums:
        known = [one.value for one in enums[0]]
        if value not in known:
            yield f"{path} is {value!r}, and not one of {', '.join(known)}"
        return
    (kind,) = kinds
    inner = get_args(kind)
    if get_origin(kind) is list:
        if not isinstance(value, list):
            yield f"{path} is {value!r}, and no list"
            return
        for number, one in enumerate(value):
            yield from _of_type(inner[0], one, f"{path}[{number}]")
    elif get_origin(kind) is dict and isinstance(value, Mapping):
        for key, one in value.items():
            yield from _of_type(inner[1], one, f"{path}[{key!r}]")
    elif kind.__module__ == _models.__name__:
        yield from _of_model(kind, value, path)
    elif not _fits(kind, value):
        yield f"{path} is {value!r}, and no {kind.__name__}"


def _fits(kind: Any, value: Any) -> bool:
    if isinstance(value, bool):
        return kind is bool
    if kind is int and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int | float if kind is float else kind)


def _fields(model: type[Any]) -> Mapping[str, Any]:
    model({})  # a model knows its own names once there is one of it
    return getattr(model, "_attr_to_rest_field")  # noqa: B009


def _read_only(model: type[Any], name: str) -> bool:
    return _fields(model)[name]._visibility == ["read"]


def _choices(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _optional(hint: Any) -> bool:
    return NoneType in _choices(hint)


__all__ = ["mistakes", "models"]
