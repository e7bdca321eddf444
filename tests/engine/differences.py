"""All that the offline engine does otherwise than Pulumi, each with its reason."""

from dataclasses import replace
from typing import Any

from stacks.offline.diff import top

from .recording import CONTAINER, DOCKER_BUILD, ROOT_TYPE, VOLUME, Recording

_BUILD_DEFAULTS = {"load": False, "noCache": False, "pull": False, "target": ""}
_TOLD = ("networkName", "ipAddress")


def alike(run: Recording) -> Recording:
    """The recording without what is allowed to differ."""
    return replace(
        run,
        errors=[_plainly_quoted(error) for error in run.errors],
        registrations={
            urn: {**asked, "inputs": _without_engine(asked["inputs"])}
            for urn, asked in run.registrations.items()
        },
        steps=sorted(map(_step, run.steps), key=_key),
        state=sorted(map(_resource, _with_settled_outputs(run.state)), key=_key),
    )


def without_data(run: Recording) -> Recording:
    """
    The recording of a destroy without its volumes and what those need.

    `destroy` of the offline engine keeps data, and its record, until it is asked to
    delete data too; Pulumi forgets a volume with `retain_on_delete` and lets it be.
    """
    kept = {VOLUME, "pulumi:pulumi:Stack", "pulumi:providers:docker"}
    owners = "Registry", "Monitoring", "Prometheus", "Alertmanager"
    kept |= {f"slipway:local:{one}" for one in owners}

    def gone(each: dict[str, Any]) -> bool:
        return each["urn"].split("::")[0].rpartition("$")[2] not in kept

    return replace(
        run,
        steps=[each for each in run.steps if gone(each)],
        state=[each for each in run.state if gone(each)],
    )


def _key(each: dict[str, Any]) -> str:
    return f"{each['urn']} {each.get('op')} {each.get('delete')} {each.get('id')}"


def _plainly_quoted(error: str) -> str:
    """Pulumi, written in Go, quotes a hook's name as Go does."""
    return error.replace('"', "'")


def _without_engine(inputs: dict[str, Any]) -> dict[str, Any]:
    """The program itself labels all it makes with the engine that makes it."""
    labels = inputs.get("labels", [])
    if not isinstance(labels, list):
        return inputs
    others = [each for each in labels if each["label"] != "slipway.engine"]
    return {**inputs, "labels": others} if labels else inputs


def _step(step: dict[str, Any]) -> dict[str, Any]:
    """
    Whether a change makes a replacement is told by the keys in any case.

    The docker-build provider tells a changed list or map as a whole, the offline
    engine which member of it changed. A container's environment is a set to the
    provider, which tells one changed member as some that came and some that went.
    """
    build = step["urn"].split("::")[0].endswith(DOCKER_BUILD)
    diff = {
        top(path) if build else path: kind.removesuffix("-replace")
        for path, kind in step["diff"].items()
    }
    if any(top(path) == "envs" for path in diff):
        others = {path: diff[path] for path in diff if top(path) != "envs"}
        diff = {**others, "envs": "update"}
    return {**step, "diff": diff}


def _with_settled_outputs(state: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """
    After an update that failed, Pulumi's outputs name the version that failed.

    It takes the stack's outputs as soon as they are known, the offline engine when the
    update is done, so that they name what serves.
    """
    if not any(each["delete"] for each in state):
        return state
    return [
        {**each, "outputs": {}} if each["type"] == ROOT_TYPE else each for each in state
    ]


def _resource(resource: dict[str, Any]) -> dict[str, Any]:
    inputs = _without_defaults(_without_engine(resource["inputs"]))
    outputs = {k: v for k, v in resource["outputs"].items() if k != "repoDigest"}
    if resource["type"] == DOCKER_BUILD:
        # The offline engine decides by inputs alone; it has the hash among both.
        inputs.pop("contextHash", None)
        for name, default in _BUILD_DEFAULTS.items():
            if inputs.get(name) == default:
                del inputs[name]
        if inputs["dockerfile"].get("inline") == "":
            del inputs["dockerfile"]["inline"]
    if resource["type"].startswith("pulumi:providers:"):
        # The version of a plugin, which the offline engine does not need.
        inputs.pop("version", None)
    if resource["type"] == CONTAINER:
        # Of all that Docker tells, in no order, the offline engine keeps what a program
        # can use.
        outputs["networkDatas"] = sorted(
            [network[name] for name in _TOLD] for network in outputs["networkDatas"]
        )
    return {**resource, "inputs": inputs, "outputs": outputs}


def _without_defaults(value: Any) -> Any:
    """
    Pulumi's providers write the defaults they fill in into the state.

    The offline engine asks Docker for the same without a record of it; only a name
    that an engine chose is recorded by both.
    """
    if isinstance(value, list):
        return [_without_defaults(each) for each in value]
    if not isinstance(value, dict):
        return value
    filled = set(value.get("__defaults", [])) - {"name"}
    return {
        key: _without_defaults(each)
        for key, each in value.items()
        if key not in filled and not key.startswith("__")
    }
