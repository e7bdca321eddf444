"""`python3 -m model_image ...`: starts with nothing but Python on the machine."""

import shutil
import sys
from contextlib import suppress

from stacks.machine.packages import PackagesError, install_packages
from stacks.machine.virtualenv import enter

if __name__ == "__main__":
    try:
        enter("model_image")
        if not shutil.which("bwrap"):
            # Commands that load no model do without; the others say what is missing.
            with suppress(PackagesError):
                install_packages("bubblewrap")
        from model_image.commands.app import main

        main()
    except KeyboardInterrupt:
        sys.exit(130)
