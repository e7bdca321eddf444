"""Images are built by a real Docker, pushed, and known by the digest that arrived."""

import os
import signal
import time
from contextlib import suppress

import pytest
from docker.errors import ImageNotFound

from stacks.offline import Interrupted, OfflineError, StepFailed

from .conftest import IMAGE, PREFIX
from .registry import registry

pytestmark = pytest.mark.docker

MODEL = """
import pulumi_docker_build as docker_build

config = pulumi.Config()
image = docker_build.Image("model",
    build_args={"WORD": config.get("word") or "one"}, build_on_preview=False,
    builder={"name": "default"}, exec_=True, labels={"model": "wine"},
    context={"location": "context"}, dockerfile={"location": "context/Dockerfile"},
    platforms=["linux/amd64"], push=True, tags=[config.require("tag")],
    secrets={"token": pulumi.Output.secret(config.get("token") or "hush")},
    opts=pulumi.ResourceOptions(retain_on_delete=True))
pulumi.export("digest", image.digest)
pulumi.export("ref", image.ref)
"""
DOCKERFILE = """
ARG BASE
FROM scratch
ARG WORD
COPY model.txt /model.txt
"""


@pytest.fixture
def pushed():
    with registry() as kept:
        yield kept


@pytest.fixture
def model(project, engine, pushed):
    context = project.root / "context"
    context.mkdir()
    (context / "Dockerfile").write_text(DOCKERFILE)
    (context / "model.txt").write_text(f"weights of {PREFIX}")
    (context / ".dockerignore").write_text("*.log\n")
    project.tag = f"{pushed.address}/wine:1"
    yield project.program(MODEL).configure(tag=project.tag)
    with suppress(ImageNotFound):
        engine.images.remove(project.tag, force=True)


def test_the_digest_is_that_of_the_bytes_that_arrived(model, pushed):
    outputs = model.up().outputs

    assert outputs["digest"] == pushed.digest("wine:1")
    assert outputs["ref"] == f"{model.tag}@{outputs['digest']}"


def test_what_changed_in_the_context_is_built_and_pushed_again(model, pushed):
    first = model.up().outputs["digest"]
    (model.root / "context" / "model.txt").write_text(f"new weights of {PREFIX}")

    second = model.up().outputs["digest"]

    assert model.told.done == ["update model"]
    assert list(model.told.steps[1].diff) == ["contextHash"]
    assert second == pushed.digest("wine:1") != first


def test_nothing_is_built_when_nothing_changed(model):
    model.up()
    (model.root / "context" / "ignored.log").write_text("no part of the image")

    assert model.up().changes == {"same": 2}


@pytest.mark.parametrize(("key", "value"), [("word", "two"), ("token", "new")])
def test_a_changed_argument_or_secret_is_a_new_build(model, key, value):
    model.up()

    model.configure(tag=model.tag, **{key: value}).up()

    assert model.told.done == ["update model"]


def test_a_preview_builds_nothing_and_leaves_the_digest_unknown(model, pushed):
    assert repr(model.up(preview=True).outputs["digest"]) == "[unknown]"
    assert pushed.manifests == {}

    model.up()
    (model.root / "context" / "model.txt").write_text("new")
    assert repr(model.up(preview=True).outputs["digest"]) == "[unknown]"


def test_a_build_can_read_a_secret_that_is_written_nowhere(model, engine):
    (model.root / "context" / "Dockerfile").write_text(
        f"FROM {IMAGE}\n"
        "RUN --mount=type=secret,id=token wc -c < /run/secrets/token > /size\n"
    )

    kept_here = MODEL.replace("push=True", "push=False, load=True")
    model.program(kept_here).configure(tag=model.tag, token="12 letters..").up()

    size = engine.containers.run(model.tag, ["cat", "/size"], remove=True)
    assert size == b"12\n"
    assert "12 letters.." not in model.state_file.read_text()
    assert "12 letters.." not in "".join(model.told.lines)


def test_an_image_that_is_only_here_and_was_removed_is_built_again(model, engine):
    kept_here = MODEL.replace("push=True", "push=False, load=True")
    model.program(kept_here).up()
    assert model.up().changes == {"same": 2}
    engine.images.remove(model.tag)

    model.up()

    assert "model is gone from Docker" in model.told.lines
    assert engine.images.get(model.tag)


def test_a_pushed_image_may_be_removed_from_docker(model, engine):
    model.up()
    engine.images.remove(model.tag)

    assert model.up().changes == {"same": 2}


def test_a_secret_is_handed_over_in_a_file_that_only_its_owner_reads(
    model, monkeypatch, tmp_path
):
    """The command is one that tells how it was asked, and fails."""
    docker = tmp_path / "docker"
    docker.write_text("""#!/bin/sh
for word in "$@"; do case "$word" in --secret=id=token,src=*)
    file=${word#*src=}; echo "mode $(stat -c %a $file) holding $(cat $file)";;
esac; done; exit 1
""")
    docker.chmod(0o755)
    monkeypatch.setenv("SLIPWAY_DOCKER", str(docker))

    with pytest.raises(StepFailed, match="mode 600 holding hush"):
        model.up()


def test_a_failing_build_is_a_sentence_with_its_last_words(model, pushed):
    (model.root / "context" / "Dockerfile").write_text(
        "FROM scratch\nCOPY none /none\n"
    )

    with pytest.raises(StepFailed, match=r"build ended with 1: .*none") as raised:
        model.up()

    assert "\n" not in str(raised.value)
    assert pushed.manifests == {}


def test_a_registry_that_does_not_answer_is_a_sentence(model):
    model.configure(tag="127.0.0.1:1/wine:1")

    with pytest.raises(StepFailed, match=r"pushing 127\.0\.0\.1:1/wine:1 failed"):
        model.up()


def test_ctrl_c_ends_a_build(model):
    (model.root / "context" / "Dockerfile").write_text(
        f"FROM {IMAGE}\nRUN echo slow {PREFIX}; sleep 60\n"
    )

    def react(line):
        if "RUN echo slow" in line:
            model.told.on_line = lambda line: None
            os.kill(os.getpid(), signal.SIGINT)

    model.told.on_line = react
    begun = time.monotonic()
    with pytest.raises(Interrupted):
        model.up()

    assert time.monotonic() - begun < 30


def test_an_image_can_stay_in_this_docker_and_be_run_by_its_id(project, engine):
    context = project.root / "context"
    context.mkdir()
    (context / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /\n")
    project.program("""
        import pulumi_docker_build as docker_build
        image = docker_build.Image("a", context={"location": "context"}, push=False,
            load=True, tags=["offline-test-local:1"],
            opts=pulumi.ResourceOptions(retain_on_delete=True))
        local = docker.RemoteImage("a", name="offline-test-local:1", keep_locally=True,
            opts=pulumi.ResourceOptions(depends_on=[image]))
        pulumi.export("ids", [image.digest, local.image_id])
    """)

    ids = project.up().outputs["ids"]

    assert set(ids) == {engine.images.get(f"{PREFIX}local:1").id}
    assert project.up().changes == {"same": 3}
    project.destroy()
    engine.images.remove(f"{PREFIX}local:1")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("cache_from=[{'registry': {'ref': 'x'}}]", "cacheFrom"),
        ("platforms=['linux/amd64', 'linux/arm64']", "one platform"),
        ("dockerfile={'inline': 'FROM scratch'}", "inline"),
    ],
)
def test_what_cannot_be_honoured_is_an_error(project, engine, given, named):
    (project.root / "context").mkdir()
    project.program(f"""
        import pulumi_docker_build as docker_build
        docker_build.Image("a", push=False, context={{"location": "context"}}, {given})
    """)

    with pytest.raises(OfflineError, match=named):
        project.up()


def test_the_digest_of_a_remote_image_is_that_in_its_own_repository(model, engine):
    first, second = model.tag, model.tag.replace("wine:1", "other:1")
    model.program(
        MODEL.replace('tags=[config.require("tag")]', f"tags=['{first}', '{second}']")
        + f"""
for name in ("{first}", "{second}"):
    local = docker.RemoteImage(name, name=name, keep_locally=True,
        opts=pulumi.ResourceOptions(depends_on=[image]))
    pulumi.export(name, local.repo_digest)
"""
    )

    outputs = model.up().outputs

    for name in (first, second):
        assert outputs[name] == f"{name.removesuffix(':1')}@{outputs['digest']}"
    engine.images.remove(second)


def test_a_remote_image_that_is_not_there_is_pulled(project, engine):
    project.program("docker.RemoteImage('a', name='127.0.0.1:1/none:1')")

    with pytest.raises(StepFailed, match="create of a failed"):
        project.up()
    assert "pulling 127.0.0.1:1/none:1" in project.told.lines
