"""What a stack file may say, parsed once at the edge into frozen objects."""
