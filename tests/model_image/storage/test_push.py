"""What can be pushed to, and what cannot."""

from pathlib import Path

import pytest

from model_image.errors import PackError
from model_image.package import ModelPackage
from model_image.storage.push import push


@pytest.mark.parametrize("target", ["models/fraud", "models:/fraud/1"])
def test_only_a_registry_or_a_bucket_is_pushed_to(
    package: Path, said: list[str], target: str
):
    with pytest.raises(PackError, match=f"{target} is nothing to push to"):
        push(ModelPackage.read(package), target, said.append)


@pytest.mark.parametrize("place", ["oci://127.0.0.1:1/wine", "s3://models/wine"])
def test_a_digest_follows_from_what_is_pushed(
    package: Path, said: list[str], place: str
):
    with pytest.raises(PackError, match="leave out @sha256"):
        push(ModelPackage.read(package), f"{place}@sha256:{'0' * 64}", said.append)


def test_a_file_that_goes_while_it_is_pushed_is_one_sentence(
    package: Path, said: list[str]
):
    read = ModelPackage.read(package)
    (package / "model.onnx").unlink()

    with pytest.raises(PackError, match="changed while it was pushed"):
        push(read, "oci://127.0.0.1:1/wine", said.append)
