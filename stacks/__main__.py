"""`python3 -m stacks ...`: starts with nothing but Python on the machine."""

import sys

from stacks.machine.virtualenv import enter

if __name__ == "__main__":
    try:
        enter("stacks")
        from stacks.commands.app import main

        main()
    except KeyboardInterrupt:
        sys.exit(130)
