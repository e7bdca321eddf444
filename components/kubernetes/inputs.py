"""What an engine hands to a hook, as the cluster takes it."""

from collections.abc import Mapping
from typing import Any

from components.proof import whole


def manifest(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """
    The inputs of an object, spelled as its manifest.

    On their way every number has become a float, of which the API wants none, and the
    engine has notes of its own among them.
    """
    return {key: whole(one) for key, one in inputs.items() if key[:2] != "__"}
