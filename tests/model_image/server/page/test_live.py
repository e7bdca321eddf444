"""The page on the private port, in a browser, with real traffic."""

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

WINE = Path("model_image/example/package")
RULES = {
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "dark": ["wcag2aa"],
}


def send(server: Any, count: int, **changes: Any) -> None:
    """Ask for so many rows that are spread like the training's, but for `changes`."""
    profile = json.loads((WINE / "profile.json").read_bytes())
    edges = {name: one["edges"] for name, one in profile["inputs"].items()}
    rows = [
        {name: each[number % len(each)] for name, each in edges.items()} | changes
        for number in range(count)
    ]
    with server.client as client:
        assert client.post("/predict", json={"rows": rows}).status_code == 200


def card(page: Page, name: str) -> Any:
    return page.get_by_role("article", name=name, exact=True)


def test_it_says_which_model_this_is(live: Callable[..., Any], page: Page):
    image = "registry.example/wine@sha256:" + "0" * 64

    live(SLIPWAY_IMAGE=image)

    assert page.get_by_role("heading", level=1).inner_text() == "wine 1.0.0"
    assert page.title() == "wine 1.0.0"
    for text in ("CC-BY-4.0", "Trying Slipway; not for judging wines.", image):
        assert page.locator("#card").get_by_text(text).count() == 1


def test_traffic_is_seen_within_a_few_seconds(live: Callable[..., Any], page: Page):
    server = live()

    with server.client as client:
        for _ in range(20):
            client.post("/predict", json={"row": {"alcohol": 13}})
        client.post("/predict", json={"row": {"alcohol": "strong"}})

    predictions = page.locator(".tile", has_text="Predictions")
    expect(predictions).to_contain_text("21 since it started", timeout=10_000)
    expect(page.locator("#codes")).to_contain_text("422 does not fit the model")
    expect(page.locator("#mistakes tbody tr")).to_have_text("alcoholtype1")


def test_a_feature_that_moved_away_from_training_is_marked_in_words(
    live: Callable[..., Any], page: Page
):
    server = live()

    send(server, 900, proline=1600.0)

    proline = card(page, "proline")
    expect(proline).to_contain_text("drifted, PSI", timeout=10_000)
    expect(card(page, "ash")).to_contain_text("steady, PSI")
    expect(page.locator("#input-features")).to_contain_text("1 of 13 inputs drifted")
    figure = proline.get_by_role("img").get_attribute("aria-label") or ""
    assert "differ most above 1,269" in figure
    assert "100 % of traffic" in figure


def test_missing_values_are_told_beside_the_trainings(
    live: Callable[..., Any], page: Page
):
    server = live()

    send(server, 300, ash=13.0, hue=None)

    expect(card(page, "hue")).to_contain_text("missing: 100 %", timeout=10_000)


def test_too_few_rows_are_not_judged(live: Callable[..., Any], page: Page):
    live()

    assert "Too few recent rows" in page.locator("#input-features").inner_text()
    assert "too few rows" in card(page, "proline").inner_text()


def test_features_are_found_by_name_and_ordered_by_drift(
    live: Callable[..., Any], page: Page
):
    server = live()
    send(server, 900, proline=1600.0)
    expect(card(page, "proline")).to_contain_text("drifted", timeout=10_000)
    first = page.locator("#input-features article").first

    page.get_by_label("Order").select_option("worst")
    expect(first).to_contain_text("proline")
    page.get_by_label("Order").select_option("model")
    expect(first).to_contain_text("alcohol")
    page.get_by_label("Name").fill("PHENOLS")
    expect(page.locator("#input-features article")).to_have_count(2)


def test_it_says_when_the_server_is_gone(live: Callable[..., Any], page: Page):
    server = live(SLIPWAY_DRAIN_SECONDS="0")

    server.signal(signal.SIGTERM)
    server.exit_code()

    expect(page.get_by_role("status")).to_contain_text("No answer", timeout=15_000)


def test_a_model_without_a_profile_has_a_page_too(
    live: Callable[..., Any], page: Page, mixed: Path
):
    live(mixed)

    assert "without a profile" in page.locator("#input-features").inner_text()
    page.get_by_role("button", name="Predict").click()
    expect(page.locator(".outputs b")).to_have_text(["42", "Bergen"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_rule_is_broken(
    live: Callable[..., Any], page: Page, scheme: Any
):
    page.emulate_media(color_scheme=scheme)
    server = live()
    send(server, 900, proline=1600.0)
    expect(card(page, "proline")).to_contain_text("drifted", timeout=10_000)

    for path in ("", "docs"):
        page.goto(f"http://127.0.0.1:{server.ports[1]}/{path}")
        page.wait_for_selector("form.try")
        assert (
            Axe().run(page, options={"runOnly": RULES[scheme]}).response["violations"]
            == []
        )


def test_a_phone_shows_it_without_scrolling_sideways(
    live: Callable[..., Any], page: Page
):
    page.set_viewport_size({"width": 360, "height": 740})
    server = live()

    for path in ("", "docs"):
        page.goto(f"http://127.0.0.1:{server.ports[1]}/{path}")
        page.wait_for_selector("form.try")
        assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_its_numbers_are_prometheus_own(live: Callable[..., Any], page: Page):
    """The same quantile as histogram_quantile, from a text with every escape."""
    live()
    text = (
        "# HELP a_b Text.\n"
        'a_bucket{le="0.1",of="x\\"\\\\\\n"} 5\n'
        'a_bucket{le="0.2",of="x\\"\\\\\\n"} 10\n'
        'a_bucket{le="+Inf",of="x\\"\\\\\\n"} 10\n'
    )

    seen = page.evaluate(
        """async (text) => {
          const { Scrape, quantile } = await import("/assets/live-scrape.js");
          const scrape = new Scrape(text, 0);
          const half = scrape.buckets("a", ({ of }) => of === 'x"\\\\\\n');
          return [quantile(0.5, half), quantile(0.75, half), quantile(1, half)];
        }""",
        text,
    )

    assert seen == pytest.approx([0.1, 0.15, 0.2])


def test_a_restarted_server_is_another_history(live: Callable[..., Any], page: Page):
    live()

    kept = page.evaluate(
        """async () => {
          const { Scrape } = await import("/assets/live-scrape.js");
          const { History } = await import("/assets/live-history.js");
          const history = new History();
          for (const [started, now] of [[1, 0], [1, 2], [9, 4], [9, 600], [9, 602]]) {
            history.add(new Scrape(`process_start_time_seconds ${started}`, now));
          }
          return history.scrapes.map(({ seconds }) => seconds);
        }"""
    )

    assert kept == [600, 602]


def test_metrics_and_page_are_on_one_port(wine_server: Any):
    address = f"http://127.0.0.1:{wine_server.ports[1]}"

    assert "slipway_ready 1" in httpx.get(f"{address}/metrics").text
    assert 'src="assets/live.js"' in httpx.get(f"{address}/").text
