"""What a process in the sandbox can reach, and how it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from model_image.errors import PackError
from model_image.sandbox import Limits, run_isolated

pytestmark = pytest.mark.sandbox

PYTHON = Path(sys.executable)
Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs Python code in the sandbox; returns what it wrote to /output/said."""

    def running(code: str, limits: Limits | None = None, **reads: Path) -> str:
        output = tmp_path / "output"
        output.mkdir()
        command = [PYTHON, "-c", f"said = open('/output/said', 'w')\n{code}"]
        limits = limits or Limits(seconds=20)
        run_isolated(command, reads=reads, writes=output, limits=limits)
        return (output / "said").read_text()

    return running


def test_it_reads_what_it_is_given_and_can_change_none_of_it(run: Run, tmp_path: Path):
    given = tmp_path / "given"
    given.write_text("rows")
    code = """
text = open('/input/rows').read()
try:
    open('/input/rows', 'w')
except OSError as error:
    print(text, error.strerror, file=said)
"""
    assert run(code, rows=given) == "rows Read-only file system\n"


def test_no_connection_leaves_it(run: Run):
    with socket.create_server(("127.0.0.1", 0)) as canary:
        code = f"""
import socket
try:
    socket.create_connection(('127.0.0.1', {canary.getsockname()[1]}), 2)
except OSError as error:
    print(type(error).__name__, file=said)
"""
        said = run(code)
        canary.settimeout(0.2)
        with pytest.raises(TimeoutError):
            canary.accept()

    assert said == "ConnectionRefusedError\n"


def test_files_and_secrets_of_this_machine_are_not_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    canary = tmp_path / "canary"
    canary.write_text("secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    code = f"""
import os
print(os.path.exists({str(canary)!r}), os.path.exists('/etc/passwd'), file=said)
print('hunter2' in str(os.environ), os.path.exists('/run'), file=said)
"""
    assert run(code).split() == ["False"] * 4


def test_it_sees_no_other_process(run: Run):
    code = (
        "import os; print([p for p in os.listdir('/proc') if p.isdigit()], file=said)"
    )

    assert len(run(code).split(",")) <= 2


def test_it_has_no_capabilities(run: Run):
    code = """
lines = open('/proc/self/status').read().splitlines()
print(*[line.split()[1] for line in lines if line.startswith('CapEff')], file=said)
"""
    assert run(code) == "0000000000000000\n"


def test_too_much_time_ends_it(run: Run):
    start = time.monotonic()

    with pytest.raises(PackError, match="took more than 1 s and was ended"):
        run("import time; time.sleep(60)", Limits(seconds=1))

    assert time.monotonic() - start < 10


def test_too_much_memory_ends_it(run: Run):
    limits = Limits(seconds=20, memory_bytes=1 << 30)

    with pytest.raises(PackError, match="MemoryError"):
        run("x = bytearray(2 << 30)", limits)


def test_too_large_a_file_ends_it(run: Run, tmp_path: Path):
    limits = Limits(seconds=20, file_bytes=1 << 20)

    with pytest.raises(PackError, match=r"File too large|signal 25"):
        run("open('/output/big', 'wb').write(bytes(2 << 20))", limits)

    assert (tmp_path / "output" / "big").stat().st_size <= 1 << 20


def test_its_last_words_carry_no_control_characters(run: Run):
    with pytest.raises(PackError) as raised:
        run("raise SystemExit('\\x1b[31mred\\x07')")

    assert str(raised.value).isprintable()
    assert "red" in str(raised.value)


def test_it_ends_with_the_process_that_began_it_even_when_that_is_killed(
    tmp_path: Path,
):
    (tmp_path / "output").mkdir()
    program = f"""
from pathlib import Path
from model_image.sandbox import Limits, run_isolated
run_isolated(
    [{str(PYTHON)!r}, "-c", "import time; open('/output/up', 'w'); time.sleep(99)"],
    reads={{}}, writes=Path({str(tmp_path / "output")!r}), limits=Limits(),
)
"""
    root = Path(__file__).parents[2]
    process = subprocess.Popen([PYTHON, "-c", program], cwd=root)
    while not (tmp_path / "output" / "up").exists():
        assert process.poll() is None
        time.sleep(0.05)

    process.send_signal(signal.SIGKILL)
    process.wait()

    deadline = time.monotonic() + 10
    while _mentioned(str(tmp_path)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _mentioned(text: str) -> bool:
    """Whether any process was started with this text."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if text.encode() in (entry / "cmdline").read_bytes():
                    return True
            except OSError:
                continue
    return False


def test_without_bubblewrap_it_says_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(PackError, match="install the package `bubblewrap`"):
        run("pass")
