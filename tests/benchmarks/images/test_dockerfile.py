"""Peers' Dockerfiles are changed where they could not be built, and told what was."""

from tests.benchmarks.images.dockerfile import changed

MLFLOW = """\
# Build an image that can serve mlflow models.
FROM python:3.11.7-slim
RUN apt-get -y update && apt-get install -y nginx
RUN python -c "from mlflow.models import container as C; python"
ENTRYPOINT ["python", "-c", "C._serve('local')"]
"""
BENTOML = """\
# syntax = docker/dockerfile:1.2.1
FROM python:3.11-slim AS base-container
RUN  --mount=type=cache,target=/var/cache/pip/ if true; \\
    then uv pip install x; fi
COPY --chown=bentoml:bentoml . ./
"""


def test_every_peer_starts_from_the_given_base():
    mlflow, bentoml = (
        changed(MLFLOW, "the/base:1")[0],
        changed(BENTOML, "the/base:1")[0],
    )

    assert "FROM the/base:1" in mlflow.splitlines()
    assert "FROM the/base:1 AS base-container" in bentoml.splitlines()


def test_python_is_called_what_debian_calls_it_only_where_it_is_run():
    text, _ = changed(MLFLOW, "base")

    assert 'ENTRYPOINT ["python3", "-c"' in text
    assert 'python3 -c "from mlflow.models import container as C; python"' in text


def test_every_run_line_sees_the_secrets_and_does_what_it_did():
    text, _ = changed(MLFLOW, "base")

    runs = [line for line in text.splitlines() if line.startswith("RUN ")]
    assert len(runs) == 2
    assert all("--mount=type=secret,id=ca.crt" in line for line in runs)
    assert runs[0].endswith("; apt-get -y update && apt-get install -y nginx")


def test_mounts_of_its_own_stay_in_front_of_the_command():
    text, _ = changed(BENTOML, "base")

    assert "RUN --mount=type=cache,target=/var/cache/pip/ --mount=type=tmpfs" in text
    assert text.count("if true; \\\n    then uv pip install x; fi\n") == 1


def test_what_was_changed_is_told_and_what_was_not_is_not():
    reasons = " ".join(changed(MLFLOW, "base")[1])
    others = " ".join(changed(BENTOML, "base")[1])

    assert "`python3`" in reasons
    assert "syntax" not in reasons
    assert "syntax" in others
    assert "`python3`" not in others


def test_all_other_lines_are_as_they_were():
    text, _ = changed(BENTOML, "base")

    assert "COPY --chown=bentoml:bentoml . ./\n" in text
    assert "# syntax" not in text
