"""What is judged: a stack with as few settings as may be, and one with all of them."""

from typing import Any

from stacks.render.manifests import rendered
from tests.components.conftest import IMAGE
from tests.components.kubernetes.conftest import FULL, PLAIN, in_cluster

REGISTRY = "registry.example.com"


def objects() -> dict[str, tuple[dict[str, Any], ...]]:
    """Each stack's, as `render` writes them; Secrets are for a person to make."""
    image = f"{REGISTRY}/team/wine@{IMAGE['digest']}"
    return {
        name: rendered("prod", in_cluster(**settings), image).objects
        for name, settings in (("plain", PLAIN), ("full", FULL))
    }
