"""`python3 -m tests.judges [--write]`: what the judges say of what Slipway renders."""

import sys

from stacks.machine.virtualenv import enter

if __name__ == "__main__":
    try:
        enter("tests.judges")
        from tests.judges.commands import main

        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
