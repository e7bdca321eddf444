"""`python3 -m tests`: every check, on a machine with nothing but Python and root."""

from stacks.machine.virtualenv import enter

if __name__ == "__main__":
    enter("tests")
    from tests.run import main

    main()
