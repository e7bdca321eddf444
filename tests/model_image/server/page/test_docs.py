"""The API page, in a browser."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

WINE = Path("model_image/example/package")
TOKEN = "open-sesame-open-sesame-open-sesame"


@pytest.fixture
def docs(page: Page, wine_server: Any) -> Page:
    page.goto(f"http://127.0.0.1:{wine_server.ports[0]}/docs")
    page.wait_for_selector("form.try")
    return page


def test_it_shows_every_field_with_its_type_and_its_range_in_training(docs: Page):
    rows = docs.locator("#fields tbody tr")

    assert rows.count() == 13
    cells = rows.first.locator("th, td").all_inner_texts()
    assert cells == ["alcohol", "number (float)", "yes", "11.41 to 14.83 in training."]


def test_its_calls_name_the_address_it_came_from(docs: Page, wine_server: Any):
    shown = docs.locator("#calls [role=tabpanel]:visible")

    assert f"curl http://127.0.0.1:{wine_server.ports[0]}/predict" in shown.inner_text()


def test_tabs_are_walked_with_the_arrow_keys(docs: Page):
    docs.get_by_role("tab", name="curl").focus()

    docs.keyboard.press("ArrowRight")

    assert docs.get_by_role("tab", selected=True).inner_text() == "Python"
    assert "import httpx" in docs.get_by_role("tabpanel").inner_text()


def test_the_example_is_filled_in_and_answered(docs: Page):
    docs.get_by_role("button", name="Predict").click()

    answer = docs.locator(".outputs")
    answer.wait_for()
    assert answer.locator("b").first.inner_text() == "class_1"
    assert answer.locator("tbody tr").first.inner_text().split() == ["class_1", "0.72"]


def test_a_mistake_is_shown_at_its_field_which_gets_the_focus(docs: Page):
    docs.get_by_label("hue", exact=True).fill("blue")

    docs.get_by_role("button", name="Predict").click()

    docs.locator("#form [aria-invalid=true]").wait_for()
    field = docs.locator(":focus")
    assert field.input_value() == "blue"
    (described, *_) = (field.get_attribute("aria-describedby") or "").split()
    assert "expected a number" in docs.locator(f"#{described}").inner_text()
    assert "422: One field does not fit" in docs.locator(".result").inner_text()


def test_a_field_left_empty_is_left_out(docs: Page):
    docs.get_by_label("alcohol", exact=True).fill("")

    with docs.expect_request("**/predict") as asked:
        docs.get_by_role("button", name="Predict").click()

    (row,) = json.loads(asked.value.post_data or "")["rows"]
    assert "alcohol" not in row


def test_a_number_is_sent_with_every_digit_it_was_typed_with(docs: Page):
    docs.get_by_label("alcohol", exact=True).fill("12345678901234567890")

    with docs.expect_request("**/predict") as asked:
        docs.get_by_role("button", name="Predict").click()

    assert '"alcohol": 12345678901234567890,' in (asked.value.post_data or "")


def test_a_guarded_models_page_asks_for_a_token_until_it_is_let_in(
    page: Page, start: Callable[..., Any], tmp_path: Path
):
    (tmp_path / "tokens").write_text(f"{TOKEN}\n")
    server = start(WINE, SLIPWAY_TOKENS=str(tmp_path / "tokens"))
    server.until("ready")

    page.goto(f"http://127.0.0.1:{server.ports[0]}/docs")
    page.get_by_label("callers who show a token").fill("wrong")
    page.get_by_role("button", name="Use it").click()
    page.get_by_role("alert").wait_for()
    page.get_by_label("callers who show a token").fill(TOKEN)
    page.get_by_role("button", name="Use it").click()
    page.get_by_role("button", name="Predict").click()

    assert page.locator(".outputs b").first.inner_text() == "class_1"


def test_text_is_sent_as_text_and_a_number_as_a_number(
    page: Page, start: Callable[..., Any], mixed: Path
):
    server = start(mixed)
    server.until("ready")

    page.goto(f"http://127.0.0.1:{server.ports[0]}/docs")
    page.get_by_role("button", name="Predict").click()

    expect(page.locator(".outputs b")).to_have_text(["42", "Bergen"])


def test_what_the_models_author_wrote_is_never_markup(
    page: Page, start: Callable[..., Any], package: Path, repack: Callable[..., None]
):
    evil = "<img src=x onerror=alert(1)><b>bold</b>"
    repack(package, {}, description=evil, owner=evil)
    server = start(package)
    server.until("ready")

    for port, place in ((0, "#summary"), (1, "#description")):
        page.goto(f"http://127.0.0.1:{server.ports[port]}/{'' if port else 'docs'}")
        page.wait_for_selector("form.try")
        assert page.locator(place).inner_text() == evil
    assert page.locator("#card").inner_text().count(evil) == 1
    assert page.locator("img").count() == 0
