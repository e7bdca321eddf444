"""A stranger's pull request runs its own program, and gets nothing out of it."""

import os
import socket
import threading
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir

import pytest

from stacks.offline import declare
from stacks.offline.contained import Contained
from stacks.review.markdown import markdown

from .request import Request


def add(request_: Request, lines: str) -> None:
    """More lines at the start of the program."""
    request_.edit(
        "__main__.py", lambda text: text.replace("HERE =", f"{lines}\nHERE =", 1)
    )


def test_the_environment_is_not_there_to_be_read(
    request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret-indeed")
    every = "for one in Path('/proc').glob('[0-9]*/environ')"
    others = f"[one.read_text() {every}]"
    add(
        request_,
        f"pulumi.export('stolen', [dict(__import__('os').environ), {others}])",
    )

    review = request_.review("dev")

    assert not review.refused, review.stacks
    assert "very-secret-indeed" not in markdown([review]) + review.model_dump_json()
    declared = _outputs(request_)
    assert "very-secret-indeed" not in declared
    assert "PYTHONDONTWRITEBYTECODE" in declared, "it did read what there is"


def test_the_network_is_not_there_and_the_attempt_is_told(request_: Request) -> None:
    reached = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)
        threading.Thread(target=_accept, args=(listener, reached), daemon=True).start()
        port = listener.getsockname()[1]
        add(
            request_,
            "import socket\ntry:\n"
            f"    socket.create_connection(('127.0.0.1', {port}), 2)\n"
            "except OSError:\n    pass",
        )

        review = request_.of("dev")

    assert not reached.is_set()
    assert review.error == ""
    assert f"reach 127.0.0.1:{port}" in review.attempts
    assert review.changed


def test_a_refused_connection_ends_the_program_with_a_sentence(
    request_: Request,
) -> None:
    add(request_, "__import__('urllib.request').request.urlopen('http://example.com')")

    review = request_.of("dev")

    assert "__main__.py, line" in review.error
    assert "look up example.com" in review.attempts


def test_nothing_outside_can_be_written(request_: Request, tmp_path: Path) -> None:
    target = tmp_path / "written"
    add(request_, f"open({str(target)!r}, 'w').write('x')")

    review = request_.of("dev")

    assert not target.exists()
    assert "__main__.py, line" in review.error
    assert f"write {target}" in review.attempts


def test_what_it_writes_of_its_own_clone_is_not_kept(request_: Request) -> None:
    add(
        request_,
        "try:\n    (Path(__file__).parent / 'x').write_text('x')\n"
        "except OSError:\n    pass",
    )

    review = request_.of("dev")

    assert not (request_.root / "x").exists()
    assert "write x" in review.attempts


def test_files_of_this_machine_are_not_there_to_be_read(
    request_: Request, tmp_path: Path
) -> None:
    secret = tmp_path / "credentials"
    secret.write_text("very-secret-indeed")
    add(request_, f"pulumi.export('seen', open({str(secret)!r}).read())")

    review = request_.of("dev")

    assert "FileNotFoundError" in review.error


def test_the_engine_of_the_base_is_gone_before_the_change_can_speak_to_it(
    request_: Request,
) -> None:
    add(
        request_,
        "import glob, socket\ndef answers(path):\n    try:\n"
        "        return not socket.socket(socket.AF_UNIX).connect(path)\n"
        "    except OSError:\n        return False\n"
        f"heard = filter(answers, glob.glob('{gettempdir()}/slipway-*/*.engine'))\n"
        "raise RuntimeError([one.rpartition('/')[2] for one in heard])",
    )

    review = request_.of("dev")

    assert "['after-dev.engine']" in review.error


def test_a_program_that_never_ends_is_ended(request_: Request) -> None:
    add(request_, "while True: pass")

    review = request_.of("dev", seconds=6)

    assert review.error == "the program took longer than 6 s and was ended"
    assert _programs(request_) == []


def test_what_it_prints_makes_no_markdown(request_: Request) -> None:
    add(
        request_,
        "raise RuntimeError('</details> @everyone | <b>![x](http://e.example)')",
    )

    told = markdown([request_.review("dev")])

    assert told.count("</details>") == 1
    assert "@everyone" not in told
    assert "![x]" not in told
    assert "<b>!" not in told


def _accept(listener: socket.socket, reached: threading.Event) -> None:
    with suppress(OSError):
        listener.accept()
        reached.set()


def _outputs(request_: Request) -> str:
    with Contained(request_.root, seconds=60, trusted=False) as programs:
        return str(declare(request_.root, "dev", programs=programs).outputs)


def _programs(request_: Request) -> list[str]:
    """Processes of this machine that still run a program of the clone."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                words = (folder / "cmdline").read_text()
            except OSError:
                continue
            if str(request_.root) in words and "program.py" in words:
                found.append(words)
    return found
