"""`python3 -m model_image ...`: starts with nothing but Python on the machine."""

import sys

from stacks.machine.virtualenv import enter

if __name__ == "__main__":
    try:
        enter("model_image")
        from model_image.commands.app import main

        main()
    except KeyboardInterrupt:
        sys.exit(130)
