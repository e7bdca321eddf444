"""The rule book before the Pulumi engine: `--policy-pack stacks/rules/policy_pack`."""

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from stacks.rules import RULES, UNTOLD, Judged, Rule, judged  # noqa: E402
from stacks.settings.mistakes import SettingsError  # noqa: E402

Validate = Callable[[StackValidationArgs, ReportViolation], None]
_ASKED: dict[str, Mapping[str, Any]] = {}
"""The inputs of each resource by its URN, as they were checked by its provider."""


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A resource in the words of the rule book."""

    type: str
    name: str
    inputs: Mapping[str, Any]
    protect: bool


def remember(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """
    Keep what is asked for, and object to nothing.

    Policies of a stack are told what became of each resource, in which a preview knows
    nothing of what the program leaves to its provider.
    """
    _ASKED[args.urn] = args.props


def only(rule: Rule) -> Validate:
    """Each open finding of this rule, in the rule book's own words."""

    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        # What cannot be judged, and why, is said once: by `heard`.
        with suppress(SettingsError):
            for one in _judged(args).open:
                if one.rule == rule.__name__:
                    report(str(one))

    return validate


def heard(args: StackValidationArgs, report: ReportViolation) -> None:
    """Waivers that nobody can read, or that hold no more where one is needed."""
    try:
        for sentence in _judged(args).expired:
            report(sentence)
    except SettingsError as error:
        report(str(error))


def _judged(args: StackValidationArgs) -> Judged:
    resources = [
        Declared(
            type=one.resource_type,
            name=one.name,
            # With --target only some are asked for anew.
            inputs=_plain(_ASKED.get(one.urn, one.props)),
            protect=one.opts.protect,
        )
        for one in args.resources
    ]
    return judged(ROOT, pulumi.get_stack(), resources, date.today())


def _plain(props: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _value(props, key) for key in props}


def _value(props: Mapping[str, Any] | Sequence[Any], key: Any) -> Any:
    try:
        value = props[key]
    except UnknownValueError:
        return UNTOLD
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_value(value, position) for position in range(len(value))]
    return value


PolicyPack(
    name="slipway",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[
        ResourceValidationPolicy("asked", "What is asked for is kept.", remember),
        StackValidationPolicy("waivers", "Every waiver in use holds.", heard),
        *(
            StackValidationPolicy(rule.__name__, str(rule.__doc__), only(rule))
            for rule in RULES
        ),
    ],
)
