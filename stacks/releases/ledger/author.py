"""Who acts, as far as the surroundings tell."""

import getpass
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path


def author(root: Path, environ: Mapping[str, str] = os.environ) -> str:
    """
    Who acts: the subject of a CI job, else git's user, else the machine's.

    It is a claim that anybody can make, kept for people who ask a colleague what
    happened; nothing may be allowed because of it.
    """
    for marker, service, subject, run in _CI:
        if environ.get(marker):
            who = environ.get(subject) or "unknown"
            return f"{who} ({service} {environ.get(run, 'unknown')})"
    return _git_email(root) or _os_user()


_CI = [
    ("GITHUB_ACTIONS", "GitHub Actions run", "GITHUB_ACTOR", "GITHUB_RUN_ID"),
    ("GITLAB_CI", "GitLab job", "GITLAB_USER_LOGIN", "CI_JOB_ID"),
    ("TF_BUILD", "Azure Pipelines run", "BUILD_REQUESTEDFOR", "BUILD_BUILDID"),
    ("BUILDKITE", "Buildkite build", "BUILDKITE_BUILD_CREATOR", "BUILDKITE_BUILD_ID"),
]


def _git_email(root: Path) -> str | None:
    command = ["git", "-C", str(root), "config", "user.email"]
    try:
        answer = subprocess.run(command, capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.decode(errors="replace").strip() or None


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        return f"uid {os.getuid()}"
