"""A container as the program declares it, in the words of a Compose file."""

from typing import Any

from stacks.offline import OfflineError
from stacks.offline.registration import Registration

Service = dict[str, Any]
_PIDS = 256
_SAME = {
    "user": "user",
    "cpus": "cpus",
    "restart": "restart",
    "readOnly": "read_only",
    "securityOpts": "security_opt",
    "stopSignal": "stop_signal",
}
_TRANSLATED = {
    *_SAME,
    "capabilities",
    "envs",
    "healthcheck",
    "logDriver",
    "logOpts",
    "memory",
    "memorySwap",
    "ports",
    "stopTimeout",
    "tmpfs",
}
# What names objects that a Compose file has of its own, or steers an engine.
_ELSEWHERE = {
    "destroyGraceSeconds",
    "image",
    "labels",
    "mustRun",
    "networkMode",
    "networksAdvanced",
    "volumes",
    "wait",
}
# What every container is held to, whatever it runs.
_HARDENING = (
    "user",
    "cpus",
    "mem_limit",
    "memswap_limit",
    "pids_limit",
    "restart",
    "read_only",
    "cap_drop",
    "security_opt",
    "tmpfs",
    "logging",
)


def compose_service(container: Registration) -> Service:
    """
    The service that runs as `container` does: user, limits, health, environment.

    A property that has no translation is an error, so that nothing which the program
    forbids a container is ever silently allowed to it here. Mappings are sorted, for
    they come in an order that changes from run to run.
    """
    inputs = container.inputs
    if unknown := sorted(inputs.keys() - _TRANSLATED - _ELSEWHERE):
        raise OfflineError(
            f"{container.name} declares {', '.join(unknown)}, which this Slipway "
            "cannot say in a Compose file; bring the stack up instead"
        )
    return {
        **{word: inputs[key] for key, word in _SAME.items() if key in inputs},
        "cap_drop": inputs["capabilities"]["drops"],
        "tmpfs": [f"{path}:{how}" for path, how in sorted(inputs["tmpfs"].items())],
        "mem_limit": f"{inputs['memory']}m",
        "memswap_limit": f"{inputs['memorySwap']}m",
        "pids_limit": _PIDS,
        "stop_grace_period": f"{inputs['stopTimeout']}s",
        "logging": {
            "driver": inputs["logDriver"],
            "options": dict(sorted(inputs["logOpts"].items())),
        },
        **_environment(inputs),
        **_health(inputs),
    }


def hardening(service: Service) -> Service:
    """What a service may use and do, for another one that shall get no more."""
    return {key: service[key] for key in _HARDENING}


def literal(text: str) -> str:
    """`text` as Compose must be given it to leave it alone: a `$` is a variable."""
    return text.replace("$", "$$")


def _environment(inputs: dict[str, Any]) -> Service:
    # What is unknown before an update is made of the image, which is known here.
    known = [one for one in inputs.get("envs", []) if isinstance(one, str)]
    pairs = (one.partition("=") for one in known)
    found = {key: literal(value) for key, _, value in pairs}
    return {"environment": found} if found else {}


def _health(inputs: dict[str, Any]) -> Service:
    if "healthcheck" not in inputs:
        return {}
    check = inputs["healthcheck"]
    return {
        "healthcheck": {
            "test": check["tests"],
            "interval": check["interval"],
            "timeout": check["timeout"],
            "retries": check["retries"],
            "start_period": check["startPeriod"],
        }
    }
