"""Values that only an update can tell: reached for, they stop who reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, overload

_PLAIN = (str, int, float, type(None))
UNTOLD = object()
"""Stands for such a value; so does whatever else is neither JSON nor a secret."""

SOMETHING = "[unknown]"
"""The value of a label that only an update can tell."""


class Resource(Protocol):
    """One resource as it is declared, by whichever engine it was heard of."""

    @property
    def type(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def inputs(self) -> Mapping[str, Any]: ...

    @property
    def protect(self) -> bool: ...


class UntoldError(Exception):
    """What was asked for of this resource is not known before an update."""

    def __init__(self, resource: Resource) -> None:
        super().__init__(f"only an update can tell this of {resource.name}")
        self.resource = resource


@dataclass(frozen=True, eq=False)
class Told:
    """A resource with what is known of it: a secret is read like any other value."""

    _resource: Resource

    @property
    def type(self) -> str:
        return self._resource.type

    @property
    def name(self) -> str:
        return self._resource.name

    @property
    def protect(self) -> bool:
        return self._resource.protect

    @property
    def inputs(self) -> Mapping[str, Any]:
        return _Fields(self._resource.inputs, self)


def told(fields: Mapping[str, Any], key: str, otherwise: Any = None) -> Any:
    """The value of this key, where all else can be judged without it."""
    try:
        return fields.get(key)
    except UntoldError:
        return otherwise


def labels_of(fields: Mapping[str, Any] | None) -> dict[str, str]:
    """Labels or tags: one whose value is not known yet is there all the same."""
    return {key: told(fields, key, SOMETHING) for key in fields} if fields else {}


def all_told(items: Sequence[Any]) -> Iterator[Any]:
    """Those that are known."""
    for position in range(len(items)):
        try:
            yield items[position]
        except UntoldError:
            continue


class _Fields(Mapping[str, Any]):
    def __init__(self, content: Mapping[str, Any], of: Told) -> None:
        self._content, self._of = content, of

    def __getitem__(self, key: str) -> Any:
        return _read(self._content[key], self._of)

    def __contains__(self, key: object) -> bool:
        return key in self._content

    def __iter__(self) -> Iterator[str]:
        return iter(self._content)

    def __len__(self) -> int:
        return len(self._content)


class _Items(Sequence[Any]):
    def __init__(self, content: Sequence[Any], of: Told) -> None:
        self._content, self._of = content, of

    @overload
    def __getitem__(self, index: int) -> Any: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Any]: ...

    def __getitem__(self, index: int | slice) -> Any:
        return _read(self._content[index], self._of)

    def __len__(self) -> int:
        return len(self._content)


def _read(value: Any, of: Told) -> Any:
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, Mapping):
        return _Fields(value, of)
    if isinstance(value, Sequence):
        return _Items(value, of)
    if hasattr(value, "value"):  # a secret, of the offline engine
        return _read(value.value, of)
    raise UntoldError(of)
