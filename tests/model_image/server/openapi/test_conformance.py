"""What the document says is what the server does, by other people's judge."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance

from model_image.server.example import read_example
from model_image.server.manifest import EXAMPLE, read_manifest
from model_image.server.openapi import document
from tests.model_image.server.echo import echo

WINE = Path("model_image/example/package")
# What no schema can say of a request.
_UNSAYABLE = (
    "'columns' differ in length",
    " values for shape ",
    "same number of rows",
    "each input once",
    "Expected `int`, got `float`",  # 1.0 is an integer to a schema
)
# Longer than a caller allowed for is not the server's fault.
_LATE = 504

quick = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)


def documented(folder: Path) -> Any:
    """The document of a package, as its server tells it."""
    api = document(read_manifest(folder), read_example(folder / EXAMPLE))
    return schemathesis.openapi.from_dict(api)


with TemporaryDirectory() as folder:
    tensors = documented(echo(Path(folder, "echo")))
columns = documented(WINE)


@pytest.fixture
def echoing(start: Callable[..., Any], tmp_path: Path) -> Any:
    """A server of the model of tensors."""
    server = start(echo(tmp_path / "echo"))
    server.until("ready")
    # A pipe that nobody empties fills up, and the server would wait for it.
    Thread(target=server.read, daemon=True).start()
    return server


def only_what_no_schema_says(context: Any, response: Any, case: Case) -> None:
    """What fits the document is answered."""
    fits = case.meta and case.meta.generation.mode.is_positive
    if fits and response.status_code not in (200, _LATE):
        assert any(words in response.text for words in _UNSAYABLE), response.text


def conforms(case: Case, server: Any) -> None:
    case.call_and_validate(
        base_url=f"http://127.0.0.1:{server.ports[0]}",
        excluded_checks=[positive_data_acceptance],
        additional_checks=[only_what_no_schema_says],
    )


@columns.parametrize()
@quick
def test_a_model_of_columns_does_what_its_document_says(case: Case, wine_server: Any):
    conforms(case, wine_server)


@tensors.include(method="POST").parametrize()
@quick
def test_a_model_of_tensors_does_what_its_document_says(case: Case, echoing: Any):
    conforms(case, echoing)
