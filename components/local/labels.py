"""How the containers of a stack are found again, whoever made them."""

from collections.abc import Mapping
from typing import TypedDict

import pulumi


class Label(TypedDict):
    """One label, as Docker's provider takes it."""

    label: pulumi.Input[str]
    value: pulumi.Input[str]


def labelled(labels: Mapping[str, pulumi.Input[str]], role: str) -> list[Label]:
    """`labels` and the role, in a fixed order."""
    everything: dict[str, pulumi.Input[str]] = {**labels, "slipway.role": role}
    return [Label(label=key, value=everything[key]) for key in sorted(everything)]
