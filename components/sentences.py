"""What an alert says where no value of the moment can be filled in."""

from .alerts import Alert, Scope


def sentence(alert: Alert, scope: Scope) -> str:
    """One sentence for the person whom it wakes up, with the limit that was passed."""
    stack, limits = scope.stack, scope.thresholds
    told = {
        "down": f"{stack} does not answer: no replica of it takes requests.",
        "replicas": f"{stack} has fewer ready replicas than {scope.replicas}, which "
        "its file asks for.",
        "errors": f"More than {limits.error_rate:.2%} of {stack}'s answers are errors "
        "of its own; its log has each under its id.",
        "overload": f"{stack} refuses more than {limits.overload_rate:.2%} of its "
        "requests, for there are more than it can answer in time.",
        "rejects": f"More than {limits.reject_rate:.2%} of the requests to {stack} are "
        "refused because of what is in them.",
        "latency": f"One in a hundred answers of {stack} takes longer than "
        f"{limits.p99_ms or 1000:g} ms.",
        "memory": f"A replica of {stack} uses more than {limits.memory_share:.0%} of "
        "its memory; at all of it, it is killed.",
        "throttled": f"A replica of {stack} is held up by its processor limit for more "
        f"than {limits.throttled_share:.0%} of the time.",
        "restarts": f"Replicas of {stack} end by themselves.",
        "drift": f"A feature or an output of {stack} is not distributed as in training "
        f"(PSI over {limits.data_drift_psi:g}).",
        "version": f"{stack} answers with a version that was not promoted to it.",
        "stale": f"{stack} still has another version than {scope.upstream} for "
        f"{limits.stale_days:g} days.",
    }
    return told[alert.name]
