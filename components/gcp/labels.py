"""What objects are found by, as Google takes it."""

import re
from collections.abc import Mapping

from stacks.settings.cloud import fitting

_LONGEST = 63


def labelled(labels: Mapping[str, str]) -> dict[str, str]:
    """
    Keys and values of small letters, digits and dashes: `slipway-version: 1-4-2`.

    They are for people, bills and filters. What has to be read again is an annotation,
    which takes any text.
    """
    return {_plain(key): _plain(value) for key, value in labels.items()}


def _plain(text: str) -> str:
    return fitting(re.sub(r"[^a-z0-9_-]", "-", text.lower()), _LONGEST)
