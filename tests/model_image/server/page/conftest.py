"""A real browser, and pages of real servers in it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

WINE = Path("model_image/example/package")


# For one module: while its loop runs, no other test of the process may start one.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, as the distribution has it."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("no browser on PATH; install the package `chromium`")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new page; an error of its scripts, or a broken policy, fails the test."""
    faults: list[str] = []
    opened = browser.new_page()
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.extend(broken_policies(said.text)))
    yield opened
    opened.close()
    assert not faults


def broken_policies(said: str) -> list[str]:
    return [said] if "Content Security" in said else []


@pytest.fixture
def live(page: Page, start: Callable[..., Any]) -> Callable[..., Any]:
    """Opens the private port's page of a server of the example, or of a package."""

    def opened(folder: Path = WINE, **env: str) -> Any:
        server = start(folder, **env)
        server.until("ready")
        page.goto(f"http://127.0.0.1:{server.ports[1]}/")
        page.wait_for_selector("#status[data-state=ready]")
        return server

    return opened
