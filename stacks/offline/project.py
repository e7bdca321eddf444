"""The project and the stack file, read as the Pulumi CLI reads them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml

from .errors import OfflineError


class _Loader(yaml.SafeLoader):
    """YAML as Go reads it: `yes` and `12:30` are text, `1e3` is a number."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012


for _kind, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(0x[0-9a-fA-F]+|0b[01]+|[0-9]+)", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_kind}", re.compile(f"({_pattern})$"), [*_first, ""]
    )


@dataclass(frozen=True)
class Project:
    """What the engine knows of a stack before the program runs."""

    root: Path
    name: str
    stack: str
    config: Mapping[str, str]
    """As the SDK gets it: text, with JSON for whatever is no scalar."""
    secret_keys: frozenset[str] = frozenset()
    """The keys with `secure:` in them; their values are ciphertext here."""

    @classmethod
    def read(
        cls, root: Path, stack: str, config: Mapping[str, Any] | None = None
    ) -> Self:
        """The project in `root`; `config` takes the place of the stack's file."""
        project = _load(root / "Pulumi.yaml", f"{root} is not a Pulumi project")
        folder = root / project.get("stackConfigDir", "stacks")
        if config is None:
            file = folder / f"Pulumi.{stack}.yaml"
            found = _load(file, f"there is no stack {stack!r}: {file} does not exist")
            config = dict(found.get("config") or {})
        return cls(
            root.resolve(),
            project["name"],
            stack,
            {key: _text(value) for key, value in config.items()},
            frozenset(key for key, value in config.items() if _opened(value) != value),
        )

    def refuse_secrets(self) -> None:
        """Stop a stack whose settings only the Pulumi CLI can decrypt."""
        if self.secret_keys:
            raise OfflineError(
                f"{min(self.secret_keys)} in Pulumi.{self.stack}.yaml is encrypted "
                "(secure:), which needs the Pulumi CLI"
            )


def _load(file: Path, missing: str) -> dict[str, Any]:
    try:
        return yaml.load(file.read_text(), _Loader) or {}
    except (FileNotFoundError, NotADirectoryError):
        raise OfflineError(missing) from None
    except yaml.YAMLError as error:
        told = " ".join(str(error).split())
        raise OfflineError(f"{file} is not valid YAML: {told}") from None


def _text(value: Any) -> str:
    value = _opened(value)
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _opened(value: Any) -> Any:
    """`value` with the ciphertext in place of each `secure:`."""
    match value:
        case {"secure": str(ciphertext), **rest} if not rest:
            return ciphertext
        case dict():
            return {str(key): _opened(item) for key, item in value.items()}
        case list():
            return [_opened(item) for item in value]
        case float() if value.is_integer():
            return int(value)
    return value
