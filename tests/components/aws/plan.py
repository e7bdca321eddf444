"""A declaration as a plan of Terraform, which judges can read."""

import re
from collections.abc import Mapping
from typing import Any

from stacks.offline import Declaration
from stacks.offline.registration import Registration
from stacks.offline.values import UNKNOWN

# Pulumi's names are Terraform's but for the module in front, and for these.
_TYPES = {
    "aws_lb_load_balancer": "aws_lb",
    "aws_lb_listener": "aws_lb_listener",
    "aws_lb_target_group": "aws_lb_target_group",
}
_NO_MODULE = ("ec2",)
_SINGULAR = {
    "capacity_provider_strategies": "capacity_provider_strategy",
    "default_actions": "default_action",
    "encryption_configurations": "encryption_configuration",
    "image_tag_mutability_exclusion_filters": "image_tag_mutability_exclusion_filter",
    "load_balancers": "load_balancer",
    "metric_queries": "metric_query",
    "settings": "setting",
    "target_groups": "target_group",
}
_MAPS = ("dimensions", "tags", "triggers")


def plan(declaration: Declaration) -> dict[str, Any]:
    """All of a declaration."""
    found = [one for one in declaration.resources if one.type.startswith("aws:")]
    resources = [_resource(one) for one in found]
    addresses = {one.urn: _address(one) for one in found}
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": [_change(one) for one in resources],
        "configuration": {
            "root_module": {"resources": [_references(one, addresses) for one in found]}
        },
    }


def _references(one: Registration, addresses: Mapping[str, str]) -> dict[str, Any]:
    """Which properties come of which other resources, whose values nobody knows yet."""
    expressions = {
        _named(key): {
            "references": [
                word
                for urn in urns
                if urn in addresses
                for word in (f"{addresses[urn]}.id", addresses[urn])
            ]
        }
        for key, urns in one.property_dependencies.items()
    }
    kind, _, name = _address(one).partition(".")
    return {
        "address": f"{kind}.{name}",
        "mode": "managed",
        "type": kind,
        "name": name,
        "expressions": expressions,
    }


def _address(one: Registration) -> str:
    name = re.sub(r"\W", "_", one.name)
    return f"{terraform_type(one.type)}.{name}"


def _resource(one: Registration) -> dict[str, Any]:
    kind, name = terraform_type(one.type), re.sub(r"\W", "_", one.name)
    return {
        "address": f"{kind}.{name}",
        "mode": "managed",
        "type": kind,
        "name": name,
        "values": _values(one.inputs),
    }


def _change(resource: dict[str, Any]) -> dict[str, Any]:
    change = {
        "actions": ["create"],
        "before": None,
        "after": resource["values"],
        "after_unknown": {},
    }
    keys = ("address", "mode", "type", "name")
    return {**{key: resource[key] for key in keys}, "change": change}


def terraform_type(pulumi_type: str) -> str:
    """`aws:ecs/taskDefinition:TaskDefinition` is `aws_ecs_task_definition`."""
    module, _, name = pulumi_type.split(":")[1].partition("/")
    parts = [_snake(name)] if module in _NO_MODULE else [module, _snake(name)]
    kind = "_".join(["aws", *parts])
    return _TYPES.get(kind, kind)


def _values(inputs: Mapping[str, Any]) -> dict[str, Any]:
    told = {}
    for key, value in inputs.items():
        told[_named(key)] = _value(_snake(key), value)
    return told


def _value(name: str, value: Any) -> Any:
    """A block is a list of one."""
    if value == UNKNOWN:
        return None
    if repr(value) == "[secret]":
        return "sealed"
    if name in _MAPS:
        return {key: str(one) for key, one in value.items()}
    if isinstance(value, Mapping):
        return [_values(value)]
    if isinstance(value, list):
        return [
            _values(one) if isinstance(one, Mapping) else _value("", one)
            for one in value
        ]
    return value


def _named(key: str) -> str:
    return _SINGULAR.get(_snake(key), _snake(key))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
