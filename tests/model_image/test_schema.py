"""The published JSON Schema of model.json is the one that the server reads by."""

import msgspec

from model_image.schema import FILE, manifest_schema, written
from model_image.server.manifest import Manifest


def test_the_file_is_up_to_date():
    """`python -m model_image.schema` writes it again."""
    assert FILE.read_bytes() == written()


def test_every_field_of_the_manifest_is_in_it():
    properties = manifest_schema()["$defs"]["Manifest"]["properties"]

    assert list(properties) == [one.name for one in msgspec.structs.fields(Manifest)]


def test_a_field_is_described_by_the_sentence_under_it():
    column = manifest_schema()["$defs"]["Column"]

    assert column["properties"]["categories"]["description"] == (
        "The values that training knew, where they are few."
    )
    assert column["description"].startswith("One named value of a row")
