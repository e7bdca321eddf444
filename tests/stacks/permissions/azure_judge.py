"""What Azure's own SDK asks of Container Apps, as the names of permissions."""

import inspect
import re
from functools import cache

from azure.mgmt.appcontainers.operations import _operations

_PROVIDER = "Microsoft.App"
_REQUEST = re.compile(
    r'_url = "\S*?/providers/(?P<path>Microsoft\.App/[^"]+)"'
    r'.*?HttpRequest\(method="(?P<method>[A-Z]+)"',
    re.DOTALL,
)
_VERBS = {"GET": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}


@cache
def known() -> frozenset[str]:
    """
    Every permission that a request of the SDK asks for, in small letters.

    Azure names them after the address: what it is of, then the verb; of a POST the
    last word and `action`.
    """
    found = set[str]()
    for name, function in inspect.getmembers(_operations, inspect.isfunction):
        if not name.startswith("build_"):
            continue
        if request := _REQUEST.search(inspect.getsource(function)):
            words = [one for one in request["path"].split("/") if "{" not in one]
            verb = _VERBS.get(request["method"], "action")
            found.add("/".join([*words, verb]).lower())
    return frozenset(found)


def unknown(actions: frozenset[str]) -> set[str]:
    """Those that no request of the SDK asks for."""
    return {one for one in actions if one.lower() not in known()}
