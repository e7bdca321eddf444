"""One run at a time, stopped at will, on a disk that may be full."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from stacks.offline import Interrupted, OfflineError, StepFailed

from .conftest import PREFIX, STACK, Project, names

pytestmark = pytest.mark.docker

CLONE = Path(__file__).parents[3]
SLOW = """
import time

def wait(args):
    print("hook begins", flush=True)
    time.sleep(float(pulumi.Config().get("seconds") or 0))

hook = pulumi.ResourceHook("wait", wait)
docker.Container("offline-test-box", image=IMAGE, command=["sleep", "600"],
    envs=["WORD=" + (pulumi.Config().get("word") or "")],
    opts=pulumi.ResourceOptions(delete_before_replace=False,
        hooks=pulumi.ResourceHookBinding(after_create=[hook])))
"""


def on_hook(project, signal_number=signal.SIGINT):
    """Send a signal to this process as soon as the program's hook runs."""

    def react(line):
        if line == "hook begins":
            os.kill(os.getpid(), signal_number)

    project.told.on_line = react


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_person_can_stop_a_run_in_the_middle_of_a_step(project, engine, number):
    project.program(SLOW).configure(seconds=60)
    on_hook(project, number)
    begun = time.monotonic()

    with pytest.raises(Interrupted, match="goes on from there"):
        project.up()

    assert time.monotonic() - begun < 20
    assert names(engine)["containers"] == []
    assert project.state["pending"] == []
    project.told.on_line = lambda line: None
    project.configure(seconds=0).up()
    assert project.told.done == ["create box"]


def test_a_stopped_replacement_leaves_the_old_one_alone(project, engine):
    project.program(SLOW).up()
    before = names(engine)["containers"]

    project.configure(seconds=60, word="new")
    on_hook(project)
    with pytest.raises(Interrupted):
        project.up()

    assert names(engine)["containers"] == before
    project.told.on_line = lambda line: None
    project.configure(word="new").up()
    assert project.told.done == ["replace box", "delete-replaced box"]


def test_the_program_is_gone_when_a_run_was_stopped(project, engine):
    project.program("import os\nprint('pid', os.getpid(), flush=True)\n" + SLOW)
    project.configure(seconds=60)
    on_hook(project)

    with pytest.raises(Interrupted):
        project.up()

    (pid,) = [line.split()[1] for line in project.told.lines if line.startswith("pid")]
    assert not Path("/proc", pid).exists()


def test_the_program_is_gone_when_the_engine_was_killed(project, engine):
    project.program("import os\nprint('pid', os.getpid(), flush=True)\n" + SLOW)
    project.configure(seconds=60)
    script = (
        "import sys, pathlib; from tests.stacks.offline.conftest import Recorder;"
        "from stacks.offline import run as offline;"
        "told = Recorder(on_line=lambda line: print(line, flush=True));"
        f"offline.up(pathlib.Path({str(project.root)!r}), {STACK!r}, told)"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", script], cwd=CLONE, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout
    pid = run.stdout.readline().split()[1]
    assert run.stdout.readline() == "hook begins\n"
    run.kill()
    run.communicate()

    deadline = time.monotonic() + 5
    while Path("/proc", pid).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path("/proc", pid).exists()


def test_two_runs_at_once_are_one_and_a_sentence(project, engine):
    project.program(SLOW).configure(seconds=3)
    second: list[OfflineError] = []

    def another():
        try:
            Project.up(project)
        except OfflineError as error:
            second.append(error)

    def react(line):
        if line == "hook begins" and not thread.is_alive():
            thread.start()

    thread = threading.Thread(target=another)
    project.told.on_line = react
    project.up()
    thread.join()

    assert f"stack {STACK} is in use by process {os.getpid()}" in str(second[0])
    assert len(names(engine)["containers"]) == 1


def test_a_preview_may_run_beside_an_update(project, engine):
    project.program(SLOW).configure(seconds=3)
    previews = []

    def react(line):
        if line == "hook begins":
            project.told.on_line = lambda line: None
            previews.append(project.up(preview=True).changes)

    project.told.on_line = react
    project.up()

    assert previews == [{"same": 1, "create": 1}]
    assert len(names(engine)["containers"]) == 1
    assert project.up().changes == {"same": 2}


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a file system of 64 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_the_state_whole_and_nothing_in_docker(
    project, engine, small_disk, monkeypatch
):
    monkeypatch.setenv("SLIPWAY_STATE_HOME", str(small_disk))
    project.program("docker.Network('offline-test-first')").up()
    file = small_disk / "offline-test" / f"{STACK}.json"
    before = file.read_bytes()

    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(b"x" * 64 * 1024)
    project.program(
        "docker.Network('offline-test-first')\ndocker.Network('offline-test-second')"
    )
    with pytest.raises(OfflineError, match="No space left on device"):
        project.up()

    assert file.read_bytes() == before
    assert not file.with_suffix(".new").exists()
    assert len(names(engine)["networks"]) == 1
    filler.unlink()
    project.up()
    assert project.told.done == ["create second"]


def test_a_disk_that_fills_up_during_a_step_leaves_nothing_over(
    project, engine, monkeypatch
):
    """The step was noted, so what it made is found and removed."""
    from stacks.offline import state

    project.program("docker.Network('offline-test-net')")
    replace, written = state._replace, []

    def full_after_two(file, content):
        written.append(content)
        if len(written) > 3:
            raise OSError(28, "No space left on device")
        replace(file, content)

    monkeypatch.setattr(state, "_replace", full_after_two)
    with pytest.raises(OfflineError, match="No space left"):
        project.up()
    assert len(project.state["pending"]) == 1
    assert names(engine)["networks"] == []

    monkeypatch.setattr(state, "_replace", replace)
    project.up()
    assert project.told.done == ["create net"]
    assert project.state["pending"] == []


def test_a_state_of_another_version_is_refused(project, engine):
    project.program("").up()
    text = project.state_file.read_text()
    project.state_file.write_text(text.replace('"version": 1', '"version": 2'))

    with pytest.raises(OfflineError, match="is of version 2"):
        project.up()


def test_a_volume_that_was_there_before_survives_a_step_that_fails(project, engine):
    """A volume is taken over by its name, so the step did not make it."""
    engine.volumes.create(f"{PREFIX}old")
    project.program("""
        volume = docker.Volume("v", name="offline-test-old")
        docker.Container("offline-test-box", image="no-such-image:1",
            opts=pulumi.ResourceOptions(depends_on=[volume]))
    """)

    with pytest.raises(StepFailed, match="no-such-image"):
        project.up()

    assert names(engine)["volumes"] == [f"{PREFIX}old"]
