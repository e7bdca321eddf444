"""`open`: the pages of a stack, each with its address."""

import asyncio
import json
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import quote

import typer

from stacks.machine.virtualenv import ROOT
from stacks.observe.inside import PRIVATE_PORT
from stacks.observe.observer import observer_for
from stacks.observe.replica import Observer, Replica
from stacks.releases.lock import Refused
from stacks.settings.cloud_error import CloudError
from stacks.settings.stack import StackSettings, all_stacks

from .argument import Json, Stack
from .console import out, say

Browser = Annotated[bool, typer.Option("--browser", help="Open the first page too.")]


def run(stack: Stack, browser: Browser = False, as_json: Json = False) -> None:
    """Lead to a stack's pages: how the model is doing, its API, alerts, dashboard."""
    settings = StackSettings.read(ROOT, stack)
    observer = observer_for(stack, settings)
    replicas = [one for one in observer.replicas() if one.in_rotation]
    if not replicas:
        raise Refused(
            f"{stack} has no replica in rotation; see `stacks status {stack}`"
        )
    links = dict(_links(stack, settings, replicas[0]))
    if as_json:
        out.print_json(json.dumps(links))
        return
    try:
        asyncio.run(_lead(observer, replicas[0], links, browser=browser))
    except KeyboardInterrupt:
        return
    except CloudError as error:
        # A cloud keeps the private port to itself; the other pages are there.
        for name, link in links.items():
            out.print(f"{name:13} {link}", markup=False)
        say(str(error))


async def _lead(
    observer: Observer, replica: Replica, links: dict[str, str], *, browser: bool
) -> None:
    """The live page is on a private port, so this command is the way to it."""
    async with observer.forwarded(replica.id, PRIVATE_PORT) as port:
        page = f"http://127.0.0.1:{port}/"
        for name, link in ({"page": page} | links).items():
            out.print(f"{name:13} {link}", markup=False)
        say(f"the page is {replica.name}'s, until Ctrl-C")
        if browser:
            typer.launch(page)
        await asyncio.Event().wait()


def _links(
    stack: str, settings: StackSettings, replica: Replica
) -> Iterator[tuple[str, str]]:
    if address := settings.platform.address:
        yield "API", f"{address}/docs"
    port = settings.monitoring.port
    if port is None:
        return
    # Debian's Prometheus has the pages it had before React, at these paths.
    yield "alerts", f"http://127.0.0.1:{port}/classic/alerts"
    answers = f'rate(slipway_requests_total{{stack="{stack}"}}[1m])'
    query = quote(f"sum by (route, code) ({answers})")
    yield (
        "Prometheus",
        f"http://127.0.0.1:{port}/classic/graph?g0.expr={query}&g0.tab=0",
    )
    for shared in all_stacks(ROOT).values():
        if shared.tier != "shared" or shared.monitoring.port != port:
            continue
        yield "silences", f"http://127.0.0.1:{shared.monitoring.alertmanager_port}"
        if grafana := shared.monitoring.grafana:
            at = f"slipway-{replica.model}?var-stack={quote(stack)}"
            yield "dashboard", f"http://127.0.0.1:{grafana.port}/d/{at}"
