"""`python3 -m tests`: every check, on a machine with nothing but Python and root."""

import sys

from stacks.machine.virtualenv import enter

if __name__ == "__main__":
    try:
        enter("tests")
        from tests.run import main

        main()
    except KeyboardInterrupt:
        sys.exit(130)
