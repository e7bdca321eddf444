"""What is known of the training data, as it is stored."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from model_image.server.profile import Categories, Distribution, read_profile


def test_numbers_and_categories_are_told_apart(tmp_path: Path):
    path = tmp_path / "profile.json"
    path.write_text(
        '{"rows": 3, "inputs": {"a": {"kind": "distribution", "edges": [1.5],'
        ' "counts": [1, 2]}},'
        ' "outputs": {"y": {"kind": "categories", "values": {"yes": 3}}}}'
    )

    profile = read_profile(path)

    assert profile.inputs == {"a": Distribution([1.5], [1, 2])}
    assert profile.outputs == {"y": Categories({"yes": 3})}


@pytest.mark.parametrize(
    "distribution",
    [
        {"kind": "distribution", "edges": [1], "counts": [1]},
        {"kind": "distribution", "edges": [2, 1], "counts": [1, 1, 1]},
        {"kind": "distribution", "edges": [1, 1], "counts": [1, 1, 1]},
    ],
)
def test_bins_that_do_not_cover_the_numbers_once_are_refused(
    distribution: dict[str, Any],
):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(distribution, Distribution)
