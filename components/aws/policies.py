"""Documents of IAM: who may act as a role, and what it may do."""

import json
from collections.abc import Sequence
from typing import Any

Grant = tuple[Sequence[str], str | Sequence[str]]
"""Actions, and the ARNs on which they are allowed."""
_VERSION = "2012-10-17"


def trusting(service: str, **conditions: dict[str, str]) -> str:
    """A service of AWS may act as the role, under these conditions."""
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    if conditions:
        statement["Condition"] = conditions
    return json.dumps({"Version": _VERSION, "Statement": [statement]})


def document(*grants: Grant) -> str:
    """These actions, each on what it is for, and nothing else."""
    statements = [
        {
            "Effect": "Allow",
            "Action": list(actions),
            "Resource": resources if isinstance(resources, str) else list(resources),
        }
        for actions, resources in grants
    ]
    return json.dumps({"Version": _VERSION, "Statement": statements})
