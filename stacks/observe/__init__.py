"""What really runs: one file per platform, through its own SDK, without Pulumi."""
