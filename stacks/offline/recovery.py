"""Sets right what an earlier run left behind, or what someone took away since."""

from .docker import Platform, answered
from .errors import OfflineError
from .state import Resource, State


def refuse_pulumis(platform: Platform, stack: str) -> None:
    """Stop where the stack's containers were made by Pulumi."""
    labels = {"label": [f"slipway.stack={stack}", "slipway.engine=pulumi"]}
    with answered("listing containers"):
        found = platform.engine.api.containers(all=True, filters=labels)
    if found:
        raise OfflineError(
            f"stack {stack} was made by Pulumi, and the offline engine cannot take it "
            f"over; run `pulumi destroy --stack {stack}` first, then this again"
        )


def settle(state: State, platform: Platform, *, crashed: bool) -> None:
    """
    End what was begun: undo a creation; a deletion is done, an update done again.

    After a crash nobody knows how far a deletion came, so it is completed; one that
    failed leaves its resource recorded, to be deleted by the next run. A preview does
    nothing about it: what is pending may be a step that another process takes now.
    """
    for operation in [] if state.readonly else list(state.pending):
        handler = platform.handler(operation.type, operation.custom)
        if operation.op == "create":
            handler.undo(operation.id)
        for resource in [r for r in state.resources if r.id == operation.resource_id]:
            if operation.op == "delete" and crashed:
                with answered(f"deleting {resource.name}"):
                    handler.delete(resource)
                state.forget(resource, replacing=operation.replacing)
        state.end(operation)


def lost(state: State, platform: Platform) -> list[Resource]:
    """
    The recorded resources that Docker no longer has; each type is listed once.

    Pulumi would learn of them by a refresh only. What is there but has changed is not
    noticed here either.
    """
    gone: list[Resource] = []
    made = [each for each in state.resources if each.custom and not each.replacing]
    for type in sorted({resource.type for resource in made}):
        gone += platform.handler(type).gone([one for one in made if one.type == type])
    return gone
