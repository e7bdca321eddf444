"""skops files name what a pickle might, and are held to the same list."""

import json
from pathlib import Path
from typing import Any

import pytest

from model_image.errors import PackError
from model_image.scan.skops import scan_skops
from tests.model_image.scan.archives import zipped

NOBODY: frozenset[str] = frozenset()


def part(module: str, name: str, loader: str, **content: Any) -> dict[str, Any]:
    return {"__module__": module, "__class__": name, "__loader__": loader, **content}


VERSION = part("builtins", "str", "JsonNode", content='"1.9.1"', is_json=True)
STATE = part("builtins", "dict", "DictNode", content={"_sklearn_version": VERSION})


def model(**changed: Any) -> dict[str, Any]:
    whole = part("sklearn.svm._classes", "SVC", "ObjectNode", content=STATE)
    return whole | {"_skops_version": "0.16.0"} | changed


def saved(path: Path, schema: Any, *others: str) -> Path:
    members = dict.fromkeys(others, b"")
    return zipped(path, members | {"schema.json": json.dumps(schema).encode()})


def refusal(path: Path, *code: str) -> str:
    with pytest.raises(PackError) as refused:
        scan_skops(path, NOBODY, frozenset(code))
    return str(refused.value)


def test_an_estimator_passes_and_says_its_versions(tmp_path: Path) -> None:
    report = scan_skops(saved(tmp_path / "m", model(), "1.npy"), NOBODY, NOBODY)

    assert report.globals == ("sklearn.svm._classes.SVC",)
    assert report.libraries == {"skops": "0.16.0", "scikit-learn": "1.9.1"}


FUNCTION = {"module_path": "os", "function": "kill"}


@pytest.mark.parametrize(
    ("inner", "named"),
    [
        (part("os", "system", "FunctionNode"), "os.system"),
        (part("os", "system", "DictNode", content={}), "os.system"),
        (part("builtins", "method", "MethodNode", content={}), "builtins.method"),
        (part("functools", "partial", "PartialNode"), "functools.partial"),
        (part("builtins", "list", "ListNode", content=FUNCTION), "os.kill"),
        ({"__loader__": "ObjectNode"}, "None.None"),
    ],
)
def test_anything_else_is_named_however_deep(
    inner: dict[str, Any], named: str, tmp_path: Path
) -> None:
    schema = model(content={"a": [{"b": inner}]})

    assert named in refusal(saved(tmp_path / "m", schema))


def test_code_of_ones_own_is_pointed_to_its_command(tmp_path: Path) -> None:
    schema = model(content=part("mine.text", "Cleaner", "ObjectNode"))

    assert "--code DIR" in refusal(saved(tmp_path / "m", schema))


def test_what_skops_does_not_write_is_refused(tmp_path: Path) -> None:
    assert "does not write" in refusal(saved(tmp_path / "m", model(), "x.pkl"))


def test_a_schema_that_is_not_json_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "m", {"schema.json": b"{"})

    assert "not JSON" in refusal(path)
