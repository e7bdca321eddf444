"""What a change must show where the platform replaces copies: before it, and after."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, cast

import pulumi

Inputs = Mapping[str, Any]


class Proof(Protocol):
    """The checks of one resource that runs copies, as an engine's hooks call them."""

    def before(self, old: Inputs | None, new: Inputs) -> None:
        """
        Prove a copy that the `new` inputs ask for, where it is another than that of
        the `old`; raises with nothing changed.
        """
        ...

    def after(self) -> None:
        """See the change to its end; raises with the copies of before back."""
        ...


def hooks(
    name: str, proof: Proof, read: Callable[[Inputs], Inputs] = dict
) -> pulumi.ResourceHookBinding:
    """The proof, at every creation and every update; `read` makes sense of inputs."""

    async def before(change: pulumi.ResourceHookArgs) -> None:
        old = read(change.old_inputs) if change.old_inputs else None
        new = read(change.new_inputs or {})
        await asyncio.to_thread(proof.before, old, new)

    async def after(change: pulumi.ResourceHookArgs) -> None:
        await asyncio.to_thread(proof.after)

    trial = pulumi.ResourceHook(f"{name}-trial", before)
    rollout = pulumi.ResourceHook(f"{name}-rollout", after)
    return pulumi.ResourceHookBinding(
        before_create=[trial],
        before_update=[trial],
        after_create=[rollout],
        after_update=[rollout],
    )


def whole(value: Any) -> Any:
    """What a hook was given, with whole numbers as such: floats came in their place."""
    if isinstance(value, Mapping):
        return {key: whole(one) for key, one in cast(Inputs, value).items()}
    if isinstance(value, list | tuple):
        return [whole(one) for one in cast(Sequence[Any], value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
