"""`python3 -m tests.cluster up | down | build | env`, as root on Debian."""

import sys

from stacks.machine.virtualenv import enter

if __name__ == "__main__":
    try:
        enter("tests.cluster")
        from tests.cluster.commands import main

        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
