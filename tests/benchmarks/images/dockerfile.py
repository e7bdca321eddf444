"""What has to be changed in a peer's own Dockerfile, and nothing else of it."""

import re
from dataclasses import dataclass

# The directory is there only while a RUN line runs.
_TRUSTED = "/trusted/ca.crt"
_MOUNTS = " ".join(
    [
        "--mount=type=tmpfs,target=/trusted",
        "--mount=type=tmpfs,target=/var/cache/apt/archives",
        "--mount=type=secret,id=pip.conf,target=/etc/pip.conf",
        "--mount=type=secret,id=ca.crt",
    ]
)
_TRUST = (
    "cat /etc/ssl/certs/ca-certificates.crt /run/secrets/ca.crt "
    f"> {_TRUSTED} 2> /dev/null;"
)


@dataclass(frozen=True)
class Replacement:
    """A pattern of whole lines, what stands there instead, and the reason."""

    pattern: str
    instead: str
    reason: str


def replacements(base: str) -> tuple[Replacement, ...]:
    """All that may be changed, in this order."""
    arguments = ["PIP_BREAK_SYSTEM_PACKAGES=1"]
    arguments += [f"{name}={_TRUSTED}" for name in ("PIP_CERT", "SSL_CERT_FILE")]
    lines = "".join(f"\nARG {argument}" for argument in arguments)
    return (
        Replacement(
            r"^#\s*syntax\s*=.*\n",
            "",
            "the `# syntax` line is gone: it fetches a parser from Docker Hub",
        ),
        Replacement(
            r"^FROM \S+",
            f"FROM {base}",
            "`FROM` names the base that all images here start from",
        ),
        Replacement(
            r"^(FROM .*)$",
            rf"\1{lines}",
            "build arguments let pip install beside Debian's packages and trust the "
            "certificates of the next line",
        ),
        Replacement(
            r'^(RUN +|ENTRYPOINT \[")python(?=[ "])',
            r"\1python3",
            "`python` is `python3`, as Debian calls it",
        ),
        Replacement(
            r"^RUN +((?:--\S+ +)*)",
            rf"RUN \1{_MOUNTS} {_TRUST} ",
            "`RUN` lines see this machine's package index and certificates as secrets, "
            "of which no layer keeps anything, and keep no package files that apt "
            "fetched, as with Docker Hub's Debian",
        ),
    )


def changed(text: str, base: str) -> tuple[str, tuple[str, ...]]:
    """The Dockerfile as it is built, and the reasons of what was changed."""
    reasons = []
    for one in replacements(base):
        text, count = re.subn(
            one.pattern, one.instead, text, flags=re.MULTILINE | re.IGNORECASE
        )
        if count:
            reasons.append(one.reason)
    return text, tuple(reasons)
