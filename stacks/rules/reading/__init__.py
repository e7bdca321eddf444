"""How the resources of each platform are read; one file per platform."""
