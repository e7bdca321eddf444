"""The package manager's record of what was kept, which scanners read."""

import re
import shutil
from pathlib import Path

_DPKG = Path("/var/lib/dpkg")


def keep_packages(root: Path, taken: set[Path]) -> None:
    """Record the Debian packages that own a taken file, with their licences."""
    wanted = {path.resolve() for path in taken}
    owners = {
        listing.stem.partition(":")[0]
        for listing in (_DPKG / "info").glob("*.list")
        if any(_real(line) in wanted for line in listing.read_text().splitlines())
    }
    # base-files tells a scanner the release; the certificates' bundle has no owner.
    owners |= {"base-files", "ca-certificates"}
    stanzas = (_DPKG / "status").read_text().split("\n\n")
    kept = [stanza for stanza in stanzas if _name(stanza) in owners]
    status = root / _DPKG.relative_to("/") / "status"
    status.parent.mkdir(parents=True, exist_ok=True)
    status.write_text("\n\n".join(kept) + "\n")
    for owner in sorted(owners):
        licence = Path("/usr/share/doc", owner, "copyright")
        if licence.exists():
            copy = root / licence.relative_to("/")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(licence, copy)


def _real(line: str) -> Path:
    """A listed path as it is on disk, where /lib is a link to /usr/lib."""
    path = Path(line)
    return path.parent.resolve() / path.name


def _name(stanza: str) -> str:
    found = re.search(r"^Package: (.+)$", stanza, re.MULTILINE)
    return found[1] if found else ""
