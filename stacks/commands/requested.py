"""What becomes of a branch that somebody has to say yes to."""

from stacks.machine.virtualenv import ROOT
from stacks.releases.pull_request import PullRequest, push
from stacks.review.github import GitHub
from stacks.settings import local_state

from .output import write


def requested(made: PullRequest, *, opened: bool) -> str:
    """Open its pull request, or keep its text and say how; tells which."""
    if opened:
        github = GitHub.here()
        push(ROOT, made)
        return f"asked for in {github.request(made.branch, made.title, made.body)}"
    folder = local_state.folder() / "pull-requests"
    folder.mkdir(parents=True, exist_ok=True)
    body = folder / f"{made.branch.partition('/')[2]}.md"
    write(body, made.body)
    return (
        f"on the branch {made.branch}, and the text of its request in {body}:\n"
        f"  git push origin {made.branch}\n"
        f"  gh pr create --head {made.branch} --title '{made.title}' --body-file {body}"
    )
