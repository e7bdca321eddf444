"""`python3 -m stacks ...`: starts with nothing but Python on the machine."""

from stacks.machine.virtualenv import enter

if __name__ == "__main__":
    enter("stacks")
    from stacks.commands.app import main

    main()
