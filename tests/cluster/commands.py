"""The cluster's command line: each command says what it did and how long it took."""

import shlex
import sys

from stacks.machine.packages import PackagesError

from .cluster import Cluster
from .down import down
from .execution import ClusterError
from .up import build, up


def main(arguments: list[str]) -> int:
    """Run the one command that is asked for; returns the exit status."""
    cluster = Cluster()
    commands = {
        "up": lambda: up(cluster, _say),
        "down": lambda: down(cluster, _say),
        "build": lambda: build(cluster, _say),
        "env": lambda: _say(_shell_lines(cluster)),
    }
    if len(arguments) != 1 or arguments[0] not in commands:
        print(f"usage: python3 -m tests.cluster {'|'.join(commands)}", file=sys.stderr)
        return 2
    try:
        commands[arguments[0]]()
    except (ClusterError, PackagesError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _shell_lines(cluster: Cluster) -> str:
    """For `eval`: kubectl, and the file it reads."""
    return (
        f"export KUBECONFIG={shlex.quote(str(cluster.kubeconfig))}\n"
        f'export PATH={shlex.quote(str(cluster.bin_dir))}:"$PATH"'
    )


def _say(sentence: str) -> None:
    print(sentence, flush=True)
