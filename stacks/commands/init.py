"""`init`: a commented, valid stack file to start from."""

import json
from pathlib import Path
from typing import Annotated

import typer
import yaml

from stacks.machine.virtualenv import ROOT
from stacks.releases.lock import Refused
from stacks.settings.stack import StackSettings, stack_file

from .argument import Stack
from .console import out
from .example_set import platforms, questions, written

Tier = Annotated[str | None, typer.Option(help="shared, dev, staging or prod.")]
Cloud = Annotated[
    str | None, typer.Option("--platform", help="aws, gcp or azure: a set of stacks.")
]
Answers = Annotated[
    list[str] | None,
    typer.Option(help="With --platform: name=value, for what would be asked."),
]
Package = Annotated[str | None, typer.Option(help="dev: the folder of the package.")]
Upstream = Annotated[
    str | None, typer.Option(help="staging, prod: the stack that releases come from.")
]
Port = Annotated[int | None, typer.Option(help="The port; by default a free one.")]
Context = Annotated[
    str | None, typer.Option(help="On Kubernetes: the context of the kubeconfig.")
]
Namespace = Annotated[
    str | None, typer.Option(help="On Kubernetes; by default the stack's name.")
]
Registry = Annotated[
    str | None, typer.Option(help="On Kubernetes: where its nodes pull images from.")
]

_HEAD = """\
# {purpose}
# Every setting, with its default: stacks/settings/ (a file per section).
config:
  pulumi:disable-default-providers: ["*"]
  slipway:tier: {tier}
"""
_PACKAGE = """\
  # The folder of the model's package; `python -m model_image check` reads it.
  slipway:package: {package}
"""
_UPSTREAM = """\
  # A release must be verified there before it may come here, through these gates:
  # stacks/settings/gates.py. `promote` writes slipway:image, what runs here.
  slipway:upstream: {upstream}
  # slipway:gates: {{soak: 24h, hours: {{zone: Europe/Berlin}}, alerts: true}}
"""
_SERVICE = """\
  slipway:platform: {{kind: local, port: {port}}}
  slipway:registry: {{kind: local, port: 5005}}
  # Limits of one replica; there is no swap on top of the memory.
  slipway:service: {{replicas: 1, cpu: 0.5, memory_mb: 256}}
  # The shared stack's Prometheus, and beyond what somebody is told.
  slipway:monitoring: {{port: 9090, thresholds: {{error_rate: 0.01}}}}
"""
_CLUSTER = """\
  # Every key, such as autoscale, ingress and operator: stacks/settings/kubernetes.py.
  slipway:platform: {{kind: kubernetes, context: {context}, namespace: {namespace}}}
  slipway:registry: {{kind: oci, address: {registry}}}
  # Limits of one replica; two are what a drained node takes nothing from.
  slipway:service: {{replicas: 2, cpu: 0.5, memory_mb: 256}}
"""
_SHARED = """\
  slipway:platform: {{kind: local}}
  slipway:registry: {{kind: local, port: 5005}}
  # Prometheus; `notify` says whom alerts reach: stacks/settings/notify.py.
  slipway:monitoring: {{port: 9090, notify: []}}
"""
_PURPOSE = {
    "shared": "What outlives services: here, the image registry and what watches them.",
    "dev": "Builds a package, pushes the image and runs it.",
    "staging": "Runs what its upstream verified, by digest.",
    "prod": "Runs what its upstream verified, by digest.",
}


def run(
    stack: Stack,
    tier: Tier = None,
    platform: Cloud = None,
    answer: Answers = None,
    package: Package = None,
    upstream: Upstream = None,
    port: Port = None,
    context: Context = None,
    namespace: Namespace = None,
    registry: Registry = None,
) -> None:
    """
    Write a commented stack file; an existing one is never touched.

    With --platform, a set of four: NAME-shared, NAME-dev, NAME-staging and NAME-prod.
    """
    if platform:
        _write_set(stack, platform, dict(_answer(one) for one in answer or ()))
        return
    if tier is None:
        raise typer.BadParameter("say a --tier, or a --platform for a set of stacks")
    path = stack_file(ROOT, stack)
    cluster = None
    if context:
        if registry is None:
            raise typer.BadParameter("a cluster pulls from a --registry")
        cluster = (context, namespace or stack, registry)
    port = port or _free_port(path.parent)
    text = stack_text(tier, package, upstream, port, cluster)
    StackSettings.parse(stack, yaml.safe_load(text)["config"])
    _write(path, text)
    out.print(f"wrote {path.relative_to(ROOT)}; next: python -m stacks up {stack}")


def _write_set(name: str, platform: str, answers: dict[str, str]) -> None:
    if platform not in platforms():
        known = ", ".join(platforms())
        raise typer.BadParameter(f"--platform is {platform!r}; use one of {known}")
    for one in questions(platform):
        given = answers.get(one.name) or typer.prompt(
            f"{one.ask} (such as {one.example})", err=True
        )
        if mistake := one.mistake(given):
            raise typer.BadParameter(mistake)
        answers[one.name] = given
    texts = written(platform, name, answers)
    for stack, text in texts.items():
        StackSettings.parse(stack, yaml.safe_load(text)["config"])
        if (path := stack_file(ROOT, stack)).exists():
            raise Refused(f"{path.relative_to(ROOT)} exists; edit it, or remove it")
    for stack, text in texts.items():
        _write(stack_file(ROOT, stack), text)
        out.print(f"wrote {stack_file(ROOT, stack).relative_to(ROOT)}")
    out.print("next: python -m stacks doctor")


def _answer(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"--answer is {text!r}; write it as name=value")
    return name, value


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x") as file:
            file.write(text)
    except FileExistsError:
        raise Refused(
            f"{path.relative_to(ROOT)} exists; edit it, or remove it"
        ) from None


def stack_text(
    tier: str,
    package: str | None,
    upstream: str | None,
    port: int,
    cluster: tuple[str, str, str] | None = None,
) -> str:
    """
    The stack file for these answers; whether it is valid is the settings' to say.

    `cluster` is a context, a namespace and a registry; without it, it is this machine.
    """
    text = _HEAD
    if package:
        text += _PACKAGE
    if upstream:
        text += _UPSTREAM
    service = _CLUSTER if cluster else _SERVICE
    text += _SHARED if tier == "shared" else service
    purpose = _PURPOSE.get(tier, "")
    context, namespace, registry = map(json.dumps, cluster or ("", "", ""))
    return text.format(
        purpose=purpose,
        tier=json.dumps(tier),
        package=json.dumps(package),
        upstream=json.dumps(upstream),
        port=port,
        context=context,
        namespace=namespace,
        registry=registry,
    )


def _free_port(folder: Path) -> int:
    """One above the highest port that a stack file names."""
    files = [yaml.safe_load(file.read_text()) for file in folder.glob("Pulumi.*.yaml")]
    platforms = [(file.get("config") or {}).get("slipway:platform") for file in files]
    ports = [one["port"] for one in platforms if one and "port" in one]
    return max(ports, default=8000) + 1
