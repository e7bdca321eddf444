"""The workflows' own steps, run in order: from a package on main to prod, and back."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from tests.deployment.line import HEALTH, digests, git, written
from tests.estate import Estate
from tests.packages import EXAMPLE, variant

from .event import REPOSITORY, Event
from .github import GitHub, serving
from .runner import Run, Runner

pytestmark = [pytest.mark.docker, pytest.mark.timeout(900)]
_NOBODY = "0" * 40


@dataclass
class Pipelines:
    """A developer's clone, origin, and what runs there on each event."""

    estate: Estate
    runner: Runner

    @property
    def github(self) -> GitHub:
        return self.runner.github

    def stacks(self) -> tuple[str, str, str]:
        dev, staging, prod = map(self.estate.stack, ("dev", "staging", "prod"))
        return dev, staging, prod

    def package(self, version: str) -> None:
        """Name a new package in dev's file, for the next commit."""
        folder = f"models/{version}"
        variant(self.estate.root / EXAMPLE, self.estate.root / folder, version=version)
        self.write("dev", tier="dev", package=folder)

    def write(self, name: str, **settings: Any) -> None:
        ledger = {"remote": "origin"}
        service = {"health": HEALTH}
        self.estate.write(
            self.estate.stack(name), service=service, ledger=ledger, **settings
        )

    def pushed(self, sentence: str) -> Event:
        """Commit all there is to main."""
        git(self.estate, "add", "--all")
        git(self.estate, "commit", "--quiet", "--message", sentence)
        return self._push()

    def merged(self, branch: str) -> Event:
        """Somebody says yes to a pull request."""
        git(self.estate, "fetch", "--quiet", "origin")
        git(self.estate, "merge", "--quiet", "--no-ff", f"origin/{branch}")
        return self._push()

    def _push(self) -> Event:
        head = git(self.estate, "rev-parse", "HEAD")
        known = git(self.estate, "for-each-ref", "--format=%(objectname)", _MAIN)
        git(self.estate, "push", "--quiet", "origin", "HEAD:main")
        return Event.push(known or _NOBODY, head)

    def main(self) -> str:
        return git(self.estate, "rev-parse", "HEAD")

    def run(self, workflow: str, event: Event) -> Run:
        run = self.runner.run(workflow, event)
        assert run is not None, f"{workflow} is not about {event.name}"
        return run

    def promoted(self, version: str, source: str, target: str) -> str:
        """Ask for a promotion, say yes, let it come up; returns its branch."""
        words = {"version": version, "from": source, "to": target}
        asked = self.run("promote", Event.dispatch(self.main(), **words))
        assert asked.results == _ASKED, asked.told
        branch = f"promote/{target}-{version}"
        up = self.run("promote", self.merged(branch))
        assert up.results == _UP, up.told
        return branch


_MAIN = "refs/remotes/origin/main"
_ASKED = {"request": "success", "changed": "skipped", "up": "skipped"}
_UP = {"request": "skipped", "changed": "success", "up": "success"}


@pytest.fixture(scope="module")
def pipelines(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Pipelines]:
    """An estate of three stacks; each test goes on from where the one before ended."""
    folder = tmp_path_factory.mktemp("pipelines")
    # With a registry of its own: others have released a wine 1.0.0 to the session's.
    estate = Estate.clone(folder / "clone")
    estate.up(estate.shared)
    origin = folder / "origin.git"
    subprocess.run(
        ["git", "init", "--quiet", "--bare", "-b", "main", origin], check=True
    )
    (estate.root / ".git/info/exclude").write_text(".venv\n")
    git(estate, "remote", "add", "origin", str(origin))
    with serving() as github:
        variables = {"PULUMI_BACKEND_URL": "s3://nobody-asks"}
        runner = Runner(origin, folder, estate.environment, variables, github)
        found = Pipelines(estate, runner)
        dev, staging, _ = found.stacks()
        found.write("staging", tier="staging", upstream=dev)
        found.write("prod", tier="prod", upstream=staging)
        yield found
    estate.clean()
    estate.clean_images()


def test_a_package_on_main_is_a_release_verified_in_dev(pipelines: Pipelines) -> None:
    dev, *_ = pipelines.stacks()
    pipelines.package("1.0.0")
    event = pipelines.pushed("a first model")

    run = pipelines.run("release", event)

    assert run.results == {"changed": "success", "up": "success"}, run.told
    assert len(digests(pipelines.estate, dev)) == 1
    assert "wine 1.0.0 verified on 1 of 1 replicas" in run.told
    assert run.environments == [dev]


def test_a_push_that_is_about_no_stack_brings_none_up(pipelines: Pipelines) -> None:
    (pipelines.estate.root / "notes.txt").write_text("nothing to deploy")
    event = pipelines.pushed("a note")

    run = pipelines.run("release", event)

    assert run.results == {"changed": "success", "up": "skipped"}, run.told
    assert pipelines.runner.run("promote", event) is None


def test_a_release_goes_to_prod_by_pull_requests(pipelines: Pipelines) -> None:
    estate, (dev, staging, prod) = pipelines.estate, pipelines.stacks()

    first = pipelines.promoted("1.0.0", dev, staging)
    second = pipelines.promoted("1.0.0", staging, prod)

    assert digests(estate, dev) == digests(estate, staging) == digests(estate, prod)
    asked = [one["head"]["label"] for one in pipelines.github.pulls]
    assert asked == [f"ann:{first}", f"ann:{second}"]
    assert "| verified | pass |" in pipelines.github.pulls[1]["body"]


def test_what_is_not_verified_upstream_is_refused(pipelines: Pipelines) -> None:
    _, staging, prod = pipelines.stacks()
    words = {"version": "9.9.9", "from": staging, "to": prod}

    run = pipelines.run("promote", Event.dispatch(pipelines.main(), **words))

    assert run.results["request"] == "failure"
    assert f"{staging} has verified no 9.9.9" in run.told


def test_a_rollback_holds_and_main_says_so_too(pipelines: Pipelines) -> None:
    estate, (dev, staging, _) = pipelines.estate, pipelines.stacks()
    (old,) = digests(estate, staging)
    pipelines.package("1.1.0")
    released = pipelines.run("release", pipelines.pushed("better"))
    assert released.results["up"] == "success", released.told
    pipelines.promoted("1.1.0", dev, staging)
    (new,) = digests(estate, staging)
    words = {"stack": staging, "reason": 'it is "odd"; $(touch here)'}

    back = pipelines.run("rollback", Event.dispatch(pipelines.main(), **words))

    assert back.results == {"rollback": "success"}, back.told
    assert back.environments == [staging]
    assert digests(estate, staging) == {old} != {new}
    asked = pipelines.github.pulls[-1]
    assert asked["title"] == f"Take {staging} back to wine 1.0.0"
    assert words["reason"] in asked["body"]

    again = pipelines.run("promote", pipelines.merged(f"rollback/{staging}-1.0.0"))

    assert again.results["up"] == "success", again.told
    assert written(estate, staging)["slipway:image"]["digest"] == old
    assert digests(estate, staging) == {old}


def test_what_diverges_is_one_issue_that_comes_and_goes(pipelines: Pipelines) -> None:
    estate, (_, _, prod) = pipelines.estate, pipelines.stacks()
    event = Event.schedule(pipelines.main())
    calm = pipelines.run("divergence", event)
    assert calm.results == {"look": "success", "issue": "success"}, calm.told
    assert pipelines.github.issues == []
    for container in estate.containers(prod):
        container.remove(force=True, v=True)

    seen = [pipelines.run("divergence", event) for _ in range(2)]

    for one in seen:
        assert one.results == {"look": "failure", "issue": "success"}, one.told
    (issue,) = pipelines.github.issues
    assert issue["state"] == "open"
    assert f"| {prod} | nothing takes traffic; " in issue["body"]

    estate.up(prod)
    assert pipelines.run("divergence", event).results["look"] == "success"
    assert issue["state"] == "closed"


@pytest.mark.sandbox
def test_a_forks_pull_request_is_told_what_it_does_and_sees_no_credential(
    pipelines: Pipelines,
) -> None:
    estate, (dev, *_) = pipelines.estate, pipelines.stacks()
    pipelines.runner.variables["STACKS"] = json.dumps([dev])
    fork = REPOSITORY.replace("ann", "bob")
    merge, head = _proposed(pipelines)
    pipelines.github.opened("more-memory", "bob", head)

    run = pipelines.run("pull-request", Event.pull_request(merge, of=fork))

    assert run.results == {"diff": "success", "preview": "skipped"}, run.told
    assert run.environments == []
    assert dev in run.summary
    told = {"head": head, "branch": "more-memory", "of": fork}
    for _ in range(2):
        event = Event.completed(pipelines.main(), **told)
        said = pipelines.run("comment", event)
        assert said.results == {"comment": "success"}, said.told
    (comment,) = pipelines.github.comments
    assert "memory" in comment["body"]
    assert not git(estate, "status", "--porcelain")


@pytest.mark.engine
def test_a_branch_gets_a_preview_too(
    pipelines: Pipelines, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev, *_ = pipelines.stacks()
    # The estate's own engine is kept from finding the CLI.
    monkeypatch.setitem(pipelines.runner.environment, "PATH", os.environ["PATH"])
    pipelines.runner.variables["STACKS"] = json.dumps([dev])
    merge, _ = _proposed(pipelines)

    run = pipelines.run("pull-request", Event.pull_request(merge))

    assert run.results.keys() == {"diff", "preview"}
    assert run.environments == [f"read-{dev}"]
    assert (
        pipelines.runner.scratch / "artifacts" / f"review-{dev}" / f"review-{dev}.json"
    ).exists()


def _proposed(pipelines: Pipelines) -> tuple[str, str]:
    """A request to give dev more memory: the merge that GitHub makes, and its head."""
    estate, (dev, *_) = pipelines.estate, pipelines.stacks()
    main = pipelines.main()
    file = estate.root / "stacks" / f"Pulumi.{dev}.yaml"
    config = written(estate, dev)
    config["slipway:service"]["memory_mb"] = 300
    file.write_text(yaml.safe_dump({"config": config}))
    git(estate, "commit", "--quiet", "--all", "--message", "more memory")
    head = pipelines.main()
    words = ("-p", main, "-p", head, "-m", "merged")
    merge = git(estate, "commit-tree", f"{head}^{{tree}}", *words)
    git(estate, "push", "--quiet", "--force", "origin", f"{merge}:refs/pull/1/merge")
    git(estate, "reset", "--quiet", "--hard", main)
    return merge, head
