"""`python -m tests.stacks.review.record`: previews of the real CLI, recorded anew."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.estate import Estate, free_port
from tests.packages import EXAMPLE, variant

PLAIN = "plain-text-of-a-secret"
_SECRET = ("config", "set", "--secret", "secrets:API_KEY", "--stack")
FOLDER = Path(__file__).with_name("previews")


def main() -> None:
    """Refresh the files in `previews`; needs the Pulumi CLI and Docker."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        record(Path(folder), FOLDER)


def record(scratch: Path, folder: Path) -> None:
    """Keep in `folder` what the CLI says of an estate in `scratch`."""
    estate = Estate.clone(scratch / "clone", pulumi=True)
    try:
        _record(estate, folder)
    finally:
        estate.clean()


def _record(estate: Estate, folder: Path) -> None:
    dev = estate.stack("dev")
    estate.up(estate.shared)
    estate.write_dev()
    _pulumi(estate, "stack", "init", dev)
    _keep(estate, folder / "first.json", dev)
    estate.up(dev)
    _keep(estate, folder / "same.json", dev)
    source = estate.root / EXAMPLE
    variant(source, estate.root / "models/wine", version="1.1.0")
    estate.write_dev("models/wine")
    _keep(estate, folder / "update.json", dev)
    estate.write_dev(secrets=["API_KEY"])
    _pulumi(estate, *_SECRET, dev, said=PLAIN)
    _keep(estate, folder / "secret.json", dev)
    estate.ports[dev] = free_port()
    estate.write_dev()
    _keep(estate, folder / "replacement.json", dev)
    program = estate.root / "__main__.py"
    program.write_text(program.read_text() + "\nraise RuntimeError('in the middle')\n")
    _keep(estate, folder / "failure.json", dev)
    staging = estate.stack("staging")
    image = {"name": "wine", "version": "1.4.2", "digest": f"sha256:{'a' * 64}"}
    estate.write(staging, tier="staging", upstream=dev, image=image)
    _pulumi(estate, "stack", "init", staging)
    _keep(estate, folder / "refusal.json", staging)


def _pulumi(estate: Estate, *words: str, said: str = "") -> None:
    subprocess.run(
        ["pulumi", *words],
        cwd=estate.root,
        env=estate.environment,
        input=said,
        text=True,
        check=True,
    )


def _keep(estate: Estate, file: Path, stack: str) -> None:
    words = ["pulumi", "preview", "--json", "--stack", stack]
    done = subprocess.run(
        words, cwd=estate.root, env=estate.environment, capture_output=True, text=True
    )
    assert PLAIN not in done.stdout + done.stderr
    told = json.loads(done.stdout)
    # Where this machine keeps its plugins is nobody's business.
    told["diagnostics"] = [
        one for one in told["diagnostics"] if "from $PATH at" not in one["message"]
    ]
    text = json.dumps(_without_sources(told), indent=1, ensure_ascii=False)
    text = text.replace(f"t{estate.mark}-", "").replace(str(estate.root), "/clone")
    file.write_text(text + "\n")


def _without_sources(value: Any) -> Any:
    """Without the lines of code that declared it, which name where a machine has it."""
    match value:
        case dict():
            return {
                key: _without_sources(one)
                for key, one in value.items()
                if key not in ("sourcePosition", "stackTrace")
            }
        case list():
            return [_without_sources(one) for one in value]
    return value


if __name__ == "__main__":
    main()
