"""Whatever comes as a request of the v2 protocol is taken or refused, never a crash."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_image.server import infer, infer_request
from model_image.server.manifest import Manifest, read_manifest
from model_image.server.refusal import Refusal
from tests.model_image.server.echo import echo

kept = [HealthCheck.function_scoped_fixture]


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    return read_manifest(echo(tmp_path_factory.mktemp("any") / "echo"))


numbers = st.one_of(
    st.integers(-2, 300),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([10**30, 10**400, -(10**400), 1e300, 2**64]),
)
scalars = numbers | st.none() | st.booleans() | st.text(max_size=5)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)
names = ["half", "single", "double", "count", "small", "flag", "text", "other"]
datatypes = ["FP16", "FP32", "FP64", "INT64", "UINT8", "BOOL", "BYTES", "COMPLEX"]
tensor = st.fixed_dictionaries(
    {
        "name": st.sampled_from(names),
        "shape": st.lists(st.integers(-1, 4) | numbers, max_size=3) | anything,
        "datatype": st.sampled_from(datatypes),
        "data": st.lists(scalars, max_size=6) | anything,
    },
    optional={
        "parameters": anything | st.fixed_dictionaries({"binary_data_size": scalars})
    },
)
request = st.fixed_dictionaries(
    {"inputs": st.lists(tensor, max_size=4) | anything},
    optional={
        "id": scalars,
        "outputs": anything
        | st.lists(st.fixed_dictionaries({"name": st.sampled_from(names)})),
        "parameters": st.fixed_dictionaries({"timeout": numbers}) | anything,
    },
)


def read(body: bytes, manifest: Manifest) -> None:
    """All that happens to a body before the model runs."""
    asked = infer_request.decode(body, {})
    infer_request.seconds_allowed(asked)
    infer.arrays(asked, manifest)
    infer.wanted(asked, manifest)


def refusal(body: bytes, manifest: Manifest) -> Refusal | None:
    """The refusal; None where all is well, or what came is not even a request."""
    try:
        read(body, manifest)
    except Refusal as refused:
        return refused
    except msgspec.DecodeError:
        return None


@given(content=request)
@settings(max_examples=500, suppress_health_check=kept, deadline=None)
def test_no_request_whatsoever_is_the_servers_fault(manifest: Manifest, content: Any):
    body = json.dumps(content).encode()

    refused = refusal(body, manifest)

    assert refused is None or 400 <= refused.status < 500
    assert refused is None or len(msgspec.json.encode(refused.body(""))) < 30_000


@pytest.mark.parametrize("digits", [30, 400, 5000])
@pytest.mark.parametrize("where", ["timeout", "rows", "width", "value"])
def test_a_number_of_any_length_is_refused(manifest: Manifest, where: str, digits: int):
    at = {"timeout": "1", "rows": "1", "width": "2", "value": "1"}
    at |= {where: "9" * digits}
    tensor = (
        f'{{"name": "half", "datatype": "FP16", "shape": [{at["rows"]}, {at["width"]}],'
        f' "data": [{at["value"]}, 1]}}'
    )
    parameters = f'{{"timeout": {at["timeout"]}}}'

    body = f'{{"inputs": [{tensor}], "parameters": {parameters}}}'.encode()

    with pytest.raises((Refusal, msgspec.DecodeError)):
        read(body, manifest)
