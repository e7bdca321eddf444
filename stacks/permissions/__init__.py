"""What whoever deploys must be allowed in each cloud, by what a stack declares."""
