"""GitHub's expressions, as many of them as the workflows here use."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Contexts = Mapping[str, Any]
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<word>[A-Za-z_][\w-]*)"
    r"|(?P<sign>==|!=|&&|\|\||[!().,\[\]]))"
)
_WRITTEN = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_ALWAYS = re.compile(r"\b(always|failure|cancelled)\(\)")


class ExpressionError(Exception):
    """An expression that is not known here: teach it, or do without."""


def written(value: Any, contexts: Contexts) -> Any:
    """A value of a workflow with its `${{ }}` filled in; a lone one keeps its type."""
    if not isinstance(value, str):
        return value
    if (alone := _WRITTEN.fullmatch(value.strip())) and value.count("${{") == 1:
        return evaluated(alone[1], contexts)
    return _WRITTEN.sub(lambda found: _text(evaluated(found[1], contexts)), value)


def all_written(told: Mapping[str, Any] | None, contexts: Contexts) -> dict[str, str]:
    """The same of a step's `with` or `env`, as text."""
    return {key: _text(written(one, contexts)) for key, one in (told or {}).items()}


def holds(condition: str | None, contexts: Contexts) -> bool:
    """Whether an `if:` lets its step or job run; by itself it wants success."""
    if condition is None:
        return bool(contexts["success"])
    inner = _WRITTEN.fullmatch(condition.strip())
    text = inner[1] if inner else condition
    wanted = bool(evaluated(text, contexts))
    return wanted and (bool(_ALWAYS.search(text)) or bool(contexts["success"]))


def evaluated(text: str, contexts: Contexts) -> Any:
    """What the expression is worth."""
    parser = _Parser(_tokens(text), contexts)
    value = parser.either()
    if parser.left:
        raise ExpressionError(f"{text!r}: what is {parser.left[0]!r}?")
    return value


def _tokens(text: str) -> list[str]:
    found, place = list[str](), 0
    while place < len(text.rstrip()):
        token = _TOKEN.match(text, place)
        if not token:
            raise ExpressionError(f"{text!r} cannot be read from {text[place:]!r}")
        found.append(token[0].strip())
        place = token.end()
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


@dataclass
class _Parser:
    left: list[str]
    contexts: Contexts
    functions: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.functions = {
            "always": lambda: True,
            "fromJSON": json.loads,
            "toJSON": json.dumps,
        }

    def either(self) -> Any:
        value = self.both()
        while self._takes("||"):
            other = self.both()
            value = value or other
        return value

    def both(self) -> Any:
        value = self.equal()
        while self._takes("&&"):
            other = self.equal()
            value = value and other
        return value

    def equal(self) -> Any:
        value = self.one()
        if self._takes("=="):
            return _text(value) == _text(self.one())
        if self._takes("!="):
            return _text(value) != _text(self.one())
        return value

    def one(self) -> Any:
        if self._takes("!"):
            return not self.one()
        if self._takes("("):
            value = self.either()
            self._need(")")
            return value
        token = self.left.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if self._takes("("):
            return self._called(token)
        if token not in self.contexts:
            raise ExpressionError(f"no context is called {token}")
        return self._within(self.contexts[token])

    def _called(self, name: str) -> Any:
        if name not in self.functions:
            raise ExpressionError(f"no function is called {name}")
        given = []
        while not self._takes(")"):
            given.append(self.either())
            self._takes(",")
        return self._within(self.functions[name](*given))

    def _within(self, value: Any) -> Any:
        """What GitHub does not find is null, so that a variable may be missing."""
        while self._takes("."):
            name = self.left.pop(0)
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    def _takes(self, token: str) -> bool:
        if self.left[:1] == [token]:
            del self.left[0]
            return True
        return False

    def _need(self, token: str) -> None:
        if not self._takes(token):
            raise ExpressionError(f"{token} is missing before {self.left}")
