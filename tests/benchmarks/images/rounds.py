"""One run: every image built, changed, moved and started, one after the other."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from model_image import cache
from model_image.scratch import scratch
from stacks.settings.build import build_secrets
from tests.benchmarks.models import Model

from .bridge import bridge
from .builder import Builder, builder
from .command import Docker
from .container import start
from .contestant import Contestant, contestants, server_image
from .delivery import deliver
from .layers import layers
from .outcome import Outcome
from .recipe import Recipe
from .registry import Registry, registry
from .version import Version, versions

ROUNDS = 3


@dataclass(frozen=True)
class _Bench:
    """What a run works with."""

    base: str
    model: Model
    folder: Path
    registry: Registry
    fresh: Callable[[], AbstractContextManager[Builder]]
    """A builder with nothing but the base."""

    def recipe(self, contestant: Contestant, version: Version) -> tuple[Recipe, str]:
        """What builds a version, and its tag."""
        folder = self.folder / f"{contestant.name}-{version.number}"
        folder.mkdir()
        tag = self.registry.tag(contestant.name, version.number)
        return contestant.recipe(version, folder), tag


def outcomes(base: str, model: Model) -> list[Outcome]:
    """Run it all; nothing of it is left. Raises BenchmarkError."""
    with _bench(base, model) as bench:
        _say("three versions of the model")
        three = versions(model, bench.folder)
        everyone = contestants(_server(bench), base, model)
        return [_outcome(bench, one, three) for one in everyone]


def _server(bench: _Bench) -> str:
    """Slipway's server image, pushed; its reference by digest."""
    _say("Slipway: the server image")
    tag = bench.registry.tag("server", "latest")
    with bench.fresh() as builder:
        builder.build(server_image(bench.base), tag)
        builder.push(tag)
        return builder.docker.asked(tag, "{{index .RepoDigests 0}}")


def _outcome(
    bench: _Bench, contestant: Contestant, three: Sequence[Version]
) -> Outcome:
    """The first image, and a new model on its builder and on one with nothing."""
    _say(f"{contestant.title}: the first image, and a new model on its builder")
    marks = contestant.marks
    first, second, third = (bench.recipe(contestant, version) for version in three)
    with bench.fresh() as builder:
        deliver(builder, bench.registry, *first, marks)
        warm = deliver(builder, bench.registry, *second, marks)
        docker, tag = builder.docker, first[1]
        below = int(docker.asked(bench.base, "{{len .RootFS.Layers}}"))
        runs = range(ROUNDS)
        starts = [start(docker, tag, contestant, bench.model) for _ in runs]
    _say(f"{contestant.title}: another one on a builder with nothing")
    with bench.fresh() as builder:
        cold = deliver(builder, bench.registry, *third, marks)
    found = layers(bench.registry, tag, below if contestant.has_base else 0, marks)
    return Outcome(contestant.title, found, warm, cold, starts, first[0].changes)


@contextmanager
def _bench(base: str, model: Model) -> Iterator[_Bench]:
    """The registry, the network of the builders, and their folder."""
    home = cache.folder("benchmarks") / "images"
    with scratch(home) as folder, bridge(), registry(base) as store:
        archive = None
        # An image that a registry gave is known by its digest, which a file forgets.
        if "@" not in base:
            archive = folder / "base.tar"
            Docker()("save", "--output", archive, base)
        fresh = partial(builder, home / "builders", base, archive, _secrets(folder))
        yield _Bench(base, model, folder, store, fresh)


def _secrets(folder: Path) -> Mapping[str, Path]:
    """What builds need to reach the package index, as files of this user alone."""
    files = {}
    for name, text in build_secrets().items():
        files[name] = folder / name
        files[name].touch(mode=0o600)
        files[name].write_text(text)
    return files


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
