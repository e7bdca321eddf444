"""What a change does, told to whoever has to say yes to it."""
