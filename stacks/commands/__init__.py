"""What people do with stacks: one file per command, one form, stacks are positional."""
