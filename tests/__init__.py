"""What proves it; mirrors the tree."""
