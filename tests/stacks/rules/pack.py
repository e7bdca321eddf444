"""The policy pack in its own environment, spoken to as the Pulumi engine does."""

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import grpc
import yaml
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from stacks.offline.registration import Registration
from stacks.offline.values import encode
from tests.estate import ROOT

PACK = Path("stacks", "rules", "policy_pack")
_OWN = ROOT / PACK / ".venv"
_MARK = _OWN / ".slipway-requirements"


def environment() -> Path:
    """The pack's virtualenv in the clone, made where it is missing or outdated."""
    lock = ROOT / PACK / "requirements.txt"
    wanted = sha256(lock.read_bytes()).hexdigest()
    _OWN.mkdir(exist_ok=True)
    # Tests of several processes may ask for it at once.
    with (_OWN / ".slipway-lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not _MARK.is_file() or _MARK.read_text() != wanted:
            uv = str(Path(sys.executable).with_name("uv"))
            making = [uv, "venv", "--quiet", "--allow-existing", str(_OWN)]
            subprocess.run([*making, "--python", sys.executable], check=True)
            sync = [uv, "pip", "sync", "--quiet", "--require-hashes", str(lock)]
            python = ["--python", str(_OWN / "bin/python")]
            subprocess.run([*sync, *python], check=True)
            _MARK.write_text(wanted)
    return _OWN


class Pack:
    """A running pack of a clone that has nothing but its rules and one stack's file."""

    def __init__(self, clone: Path, stack: str, settings: dict[str, Any]) -> None:
        self.clone = clone
        for folder in ("stacks", "model_image"):
            code = shutil.ignore_patterns(".venv", "__pycache__", "Pulumi.*.yaml")
            shutil.copytree(ROOT / folder, clone / folder, ignore=code)
        config = {f"slipway:{key}": value for key, value in settings.items()}
        file = clone / "stacks" / f"Pulumi.{stack}.yaml"
        file.write_text(yaml.safe_dump({"config": config}))
        # As Pulumi's language host starts it; no engine answers at port 1.
        command = ["-u", "-m", "pulumi.policy", "127.0.0.1:1", str(clone / PACK)]
        self._process = subprocess.Popen(
            [str(environment() / "bin/python"), *command],
            env={
                "PULUMI_PROJECT": "slipway",
                "PULUMI_STACK": stack,
                "PULUMI_DRY_RUN": "true",
            },
            cwd=clone / PACK,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        assert self._process.stdout
        port = self._process.stdout.readline().strip()
        assert port, "the pack did not start; what it said is above"
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._analyzer = analyzer_pb2_grpc.AnalyzerStub(self._channel)
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()
        self._process.kill()
        self._process.communicate()

    def policies(self) -> dict[str, bool]:
        """The name of each, and whether what breaks it stops an update."""
        info: Any = self._analyzer.GetAnalyzerInfo(empty_pb2.Empty())
        mandatory = analyzer_pb2.MANDATORY
        return {one.name: one.enforcementLevel == mandatory for one in info.policies}

    def said(
        self, resources: Iterable[Registration], *, targeted: bool = False
    ) -> list[tuple[str, str]]:
        """
        Each violation: the policy, and what is said below its description.

        With `--target` the engine tells of most resources only what became of them.
        """
        every = [*resources]
        for one in [] if targeted else every:
            self._analyzer.Analyze(analyzer_pb2.AnalyzeRequest(**_asked(one)))
        nothing = {} if targeted else {"properties": encode({})}
        request = analyzer_pb2.AnalyzeStackRequest(
            resources=[
                analyzer_pb2.AnalyzerResource(**{**_asked(one), **nothing})
                for one in every
            ]
        )
        answer: Any = self._analyzer.AnalyzeStack(request)
        return [
            (one.policyName, one.message.removeprefix(f"{one.description}\n"))
            for one in answer.diagnostics
        ]


def _asked(one: Registration) -> dict[str, Any]:
    options = analyzer_pb2.AnalyzerResourceOptions(protect=one.protect)
    return {
        "type": one.type,
        "name": one.name,
        "urn": one.urn,
        "properties": encode(one.inputs),
        "options": options,
    }
