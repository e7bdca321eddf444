"""From material to the draft of a package: which converter, where, with what."""

from pathlib import Path

from . import workers
from .convert.task import Draft, Task
from .converters import converter_for, converter_python, own_requirements
from .description import Description, described
from .environment import Say, environment, locked
from .errors import PackError
from .material import Material
from .package import SERVER_LOCK
from .sandbox import INPUT, Limits
from .scan import Format
from .settings import PackSettings
from .workers import ConversionFailed


def converted(
    material: Material, settings: PackSettings, work: Path, say: Say
) -> tuple[Draft, Path]:
    """
    The draft, its files in `work`/converted, and the lock that it is served with.

    Raises PackError, which names the command that packs code where that would help.
    """
    lock = SERVER_LOCK
    if settings.code:
        converter = "python"
        lock = locked(own_requirements(_listed(settings)), say)
        python = environment(lock, say)
    else:
        # Of a folder that describes a model the scan is that of the model in it.
        held = Format(material.scans[0].format)
        converter = converter_for(held, sorted(material.globals))
        name = material.names[0]
        python = converter_python(converter, material.libraries, name, say)
    say(f"converting ({converter}), isolated")
    try:
        draft = workers.convert(
            python,
            _task(converter, material, settings),
            _reads(material),
            work / "converted",
            limits(settings),
        )
    except ConversionFailed as failure:
        raise _helped(failure, material, settings) from None
    if draft.requirements:
        lock = locked(own_requirements(draft.requirements), say)
    return draft, lock


def _task(converter: str, material: Material, settings: PackSettings) -> Task:
    models = [material.artifacts / name for name in material.names]
    told = Description(model=models[0])
    if material.format is Format.MLFLOW:
        told = described(models[0])
        models = [told.model]
    sample = material.sample or told.example
    return Task(
        converter,
        [_inside(path, material) for path in models],
        sample=_inside(sample, material) if sample else "",
        columns=list(told.columns),
        target=list(settings.target),
        class_names=list(settings.class_names),
        flavour=settings.flavour or ("python" if settings.code else "onnx"),
        entry=settings.entry or "",
        trusted=list(settings.trust),
        tolerance=settings.tolerance,
    )


def _inside(path: Path, material: Material) -> str:
    """Where the sandbox shows it."""
    return str(INPUT / path.relative_to(material.artifacts.parent))


def _reads(material: Material) -> dict[str, Path]:
    given = (material.artifacts, material.code, material.sample)
    return {path.name: path for path in given if path}


def _helped(
    failure: ConversionFailed, material: Material, settings: PackSettings
) -> PackError:
    """A failure that the user's own code could get around names the command."""
    name = material.names[0]
    if settings.code or not failure.code_helps:
        return PackError(f"{name}: {failure}")
    return PackError(
        f"{name}: {failure}; where it needs code of your own, use `python -m "
        f"model_image pack {name} --code DIR --entry module:Class --requirements "
        "requirements.txt`"
    )


def limits(settings: PackSettings) -> Limits:
    return Limits(settings.seconds, settings.memory_gb << 30)


def _listed(settings: PackSettings) -> list[str]:
    """The user's own requirements, which may name packages and nothing else."""
    assert settings.requirements is not None
    try:
        text = settings.requirements.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{settings.requirements} cannot be read: {error}") from None
    lines = [line.partition("#")[0].rstrip(" \\") for line in text.splitlines()]
    lines = [line for line in lines if line and not line.strip().startswith("--hash")]
    for line in lines:
        if line.startswith("-") or "://" in line or "@" in line:
            raise PackError(
                f"{settings.requirements}: {line!r} is not the name of a package with "
                "a version; list only such lines, and put code of your own under --code"
            )
    return lines
