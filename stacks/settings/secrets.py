"""Secrets are named in a stack file and read here, as Outputs that Pulumi seals."""

import pulumi

NAMESPACE = "secrets"
FOLDER = "/run/secrets"
"""Where containers find them, each as a file by its name."""


def secret(name: str) -> pulumi.Output[str]:
    """
    The secret called `name`, set by `pulumi config set --secret secrets:NAME`.

    A missing one is a RunError that says so, before anything is touched.
    """
    return pulumi.Config(NAMESPACE).require_secret(name)
