"""An image built and pushed, with the time and the bytes that it took."""

import time
from dataclasses import dataclass

from .bridge import downloaded
from .builder import Builder
from .layers import Marks, model_size
from .recipe import Recipe
from .registry import Registry


@dataclass(frozen=True)
class Delivery:
    """From the first command to the image in the registry."""

    seconds: float
    pushed: int
    """Bytes to the registry."""
    pulled: int
    """Bytes from the registry."""
    downloaded: int
    """Bytes that RUN lines fetched from elsewhere."""
    model: int
    """Bytes of the compressed model in it."""

    @property
    def beyond(self) -> int:
        """Bytes that were pushed beside the model."""
        return self.pushed - self.model


def deliver(
    builder: Builder, registry: Registry, recipe: Recipe, tag: str, marks: Marks
) -> Delivery:
    """Build and push an image under that tag."""
    proxy = registry.proxy
    before = (proxy.sent, proxy.received, downloaded())
    begun = time.perf_counter()
    builder.build(recipe, tag)
    builder.push(tag)
    seconds = time.perf_counter() - begun
    after = (proxy.sent, proxy.received, downloaded())
    pushed, pulled, fetched = (
        now - then for now, then in zip(after, before, strict=True)
    )
    model = model_size(registry, tag, marks)
    return Delivery(seconds, pushed, pulled, fetched, model)
