"""Products, stock and the day's figures in the staff's application, in a real browser."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from tests.e2e.conftest import Console, ShopUnderTest, axe_violations, sound
from tests.e2e.ordering import place_order
from tests.e2e.test_admin import CARD, heading, signed_in

PRETZELS = "Bavarian pretzels"
SLUG = "bavarian-pretzels"
LOOKS_MAX = 150
LOOK_MILLISECONDS = 200
WORK_MILLISECONDS = 30_000


@pytest.fixture
def page(stranger: Page, shop: ShopUnderTest) -> Page:
    """A desktop page of the owner, at the products."""
    return signed_in(stranger, shop, "products", "Products")


def shown(page: Page, base_url: str, wanted: Callable[[dict[str, Any]], bool]) -> None:
    """Wait until shoppers are shown the product as wanted."""
    for _ in range(LOOKS_MAX):
        if wanted(httpx.get(f"{base_url}/api/v1/products/{SLUG}", trust_env=False).json()):
            return
        page.wait_for_timeout(LOOK_MILLISECONDS)
    pytest.fail("shoppers never saw it")


def published(page: Page, address: str, words: str) -> None:
    """Wait until the page that shoppers are served says so."""
    for _ in range(LOOKS_MAX):
        if words in httpx.get(address, trust_env=False).text:
            return
        page.wait_for_timeout(LOOK_MILLISECONDS)
    pytest.fail(f"{address} never said {words}")


def open_pretzels(page: Page) -> None:
    page.goto("/admin/products")
    page.get_by_label("Words, vendor").fill("pretzels")
    page.get_by_role("link", name=PRETZELS).click()
    heading(page, PRETZELS)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The product is saved.")).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_be_disabled()


def test_a_file_comes_in_a_product_of_it_is_fixed_and_its_page_changes(
    page: Page, base_url: str, console: Console
) -> None:
    console.allow("ERR_FAILED")  # the line that is cut
    rows = [
        "Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty",
        "picnic-blanket,Picnic blanket,E2E-BLANKET,19.50,5",
        "picnic-basket,Picnic basket,E2E-BASKET,cheap,1",
    ]
    page.goto("/admin/transfers")
    page.get_by_role("button", name="Import a file").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "picnic.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    )
    page.get_by_role("button", name="Check the file").click()
    heading(page, "picnic.csv")
    run = page.get_by_role("button", name="Import 1 product")
    expect(run).to_be_visible(timeout=WORK_MILLISECONDS)
    expect(page.get_by_role("row", name="picnic-basket")).to_contain_text("'cheap' is not an amount")
    sound(page)
    assert httpx.get(f"{base_url}/en/p/picnic-blanket/", trust_env=False).status_code == 404

    progress = re.compile("/staff/transfers/[^/]+$")
    page.route(progress, lambda route: route.abort())
    run.click()
    expect(page.get_by_text("The shop does not answer.")).to_be_visible()
    heading(page, "picnic.csv")
    page.unroute(progress)
    expect(page.get_by_text("The shop does not answer.")).to_have_count(0, timeout=WORK_MILLISECONDS)
    expect(page.locator("[data-status=done]")).to_be_visible(timeout=WORK_MILLISECONDS)
    published(page, f"{base_url}/en/p/picnic-blanket/", "€19.50")
    page.goto("/admin/products")
    page.get_by_label("Words, vendor").fill("picnic blanket")
    expect(page.get_by_role("link", name="Picnic blanket")).to_be_visible()
    page.get_by_role("main").focus()
    page.keyboard.press("Control+k")
    finder = page.get_by_role("dialog").get_by_role("combobox")
    finder.fill("picnic blanket")
    expect(page.get_by_role("option", name="Picnic blanket")).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_role("option", name="Picnic blanket").click()
    heading(page, "Picnic blanket")
    page.get_by_label("Price of E2E-BLANKET in EUR", exact=True).fill("24.75")
    save(page)

    published(page, f"{base_url}/en/p/picnic-blanket/", "€24.75")


def test_a_product_is_made_with_its_variants_and_previewed_before_anybody_sees_it(
    page: Page, base_url: str, console: Console
) -> None:
    # The preview may open no connection: what the page asks for behind its back is refused.
    console.allow("Content Security Policy|Failed to fetch|ERR_BLOCKED_BY_CSP|Load failed")
    page.get_by_role("link", name="Add a product").click()
    heading(page, "Add a product")
    english = page.get_by_role("group", name="English")
    english.get_by_label("Title", exact=True).fill("Linen apron")
    english.get_by_label("Name in the address").fill("linen-apron")
    page.get_by_role("button", name="Add an option").click()
    page.get_by_label("Option", exact=True).fill("Size")
    page.get_by_label("Values").fill("S, M")
    page.get_by_role("button", name="Make the 2 missing variants").click()
    for number, size in enumerate("SM", 1):
        page.get_by_label(f"SKU of variant {number}").fill(f"E2E-APRON-{size}")
        page.get_by_label(f"Price of E2E-APRON-{size} in EUR", exact=True).fill("24.50")
    page.get_by_role("button", name="Move E2E-APRON-M up").click()
    page.get_by_role("button", name="Add an attribute").click()
    fact = page.get_by_role("group", name="Attribute 1")
    fact.get_by_label("Name").fill("material")
    fact.get_by_label("Value").fill("Linen")
    sound(page)
    page.get_by_role("button", name="Save").click()
    heading(page, "Linen apron")
    expect(page.get_by_label("SKU of variant 1")).to_have_value("E2E-APRON-M")

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Preview").click()
    preview = opened.value

    expect(preview.get_by_role("heading", name="Linen apron", level=1)).to_be_visible()
    expect(preview.get_by_text("€24.50").first).to_be_visible()
    assert httpx.get(f"{base_url}/en/p/linen-apron/", trust_env=False).status_code == 404


def test_filters_stand_in_the_address(page: Page) -> None:
    page.get_by_label("Words, vendor").fill("pretzels")
    expect(page.get_by_role("link", name=PRETZELS)).to_be_visible()
    page.wait_for_url(re.compile("pretzels"))

    page.reload()

    expect(page.get_by_label("Words, vendor")).to_have_value("pretzels")
    expect(page.get_by_role("link", name=PRETZELS)).to_be_visible()
    expect(page.get_by_role("link", name="Wall calendar 2027")).to_have_count(0)


def test_a_price_is_changed_and_shoppers_see_it(page: Page, base_url: str) -> None:
    open_pretzels(page)
    price = page.get_by_label(re.compile("^Price of .* in EUR$")).first
    before = price.input_value()
    price.fill("77,70")
    save(page)
    shown(page, base_url, lambda product: '"minor_units": 7770' in str(product).replace("'", '"'))

    page.get_by_label(re.compile("^Price of .* in EUR$")).first.fill(before)
    save(page)

    shown(page, base_url, lambda product: '"minor_units": 7770' not in str(product).replace("'", '"'))


def test_what_is_no_amount_is_not_sent(page: Page) -> None:
    open_pretzels(page)

    page.get_by_label(re.compile("^Price of .* in EUR$")).first.fill("cheap")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("An amount looks like 12.50.")).to_be_visible()


def test_whoever_was_slower_reads_again(page: Page, console: Console) -> None:
    console.allow("409")
    open_pretzels(page)
    other = page.context.new_page()
    open_pretzels(other)
    other.get_by_label("Type").fill("Snack")
    save(other)

    page.get_by_label("Vendor").fill("Somebody")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Read it again").click()

    expect(page.get_by_label("Type")).to_have_value("Snack")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_picture_is_added_and_shoppers_see_it(page: Page, base_url: str) -> None:
    open_pretzels(page)
    picture = io.BytesIO()
    Image.new("RGB", (640, 480), "seagreen").save(picture, "PNG")

    page.locator("input[type=file]").set_input_files(
        {"name": "green.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    alt = page.get_by_label("What it shows (EN)").last
    expect(page.get_by_role("button", name=re.compile("^Take picture"))).to_have_count(2, timeout=15_000)
    said = page.get_by_role("status")
    page.locator("[data-drag='2']").drag_to(page.locator("[data-drag='1']"))
    expect(said.filter(has_text="Picture 2 is now number 1.")).to_have_count(1)
    page.get_by_role("button", name="Move picture 1 back").press("Enter")
    expect(said.filter(has_text="Picture 1 is now number 2.")).to_have_count(1)
    alt.fill("A green field")
    save(page)

    shown(page, base_url, lambda product: "A green field" in str(product))
    page.get_by_role("button", name="Take picture 2 off").click()
    save(page)


def test_many_products_change_together_after_a_look_and_back_again(page: Page, base_url: str) -> None:
    page.get_by_label("Words, vendor").fill("pretzels")
    expect(page.get_by_role("link", name="Wall calendar 2027")).to_have_count(0)
    page.get_by_role("checkbox", name=f"Choose {PRETZELS}").check()
    expect(page.get_by_text("1 product chosen")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Change them").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Show the changes").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Say what shall change")
    dialog.get_by_label("Add tags").fill("staff pick")
    dialog.get_by_label("Raise prices by").fill("100")
    sound(page)
    dialog.get_by_role("button", name="Show the changes").click()
    expect(dialog.get_by_role("row", name=PRETZELS)).to_contain_text("staff pick")
    sound(page)

    dialog.get_by_role("button", name="Change 1 product").click()
    expect(dialog.get_by_text("1 product is changed.")).to_be_visible()
    shown(page, base_url, lambda product: "staff pick" in str(product))
    dialog.get_by_role("button", name="Take it back").click()

    expect(page.get_by_text("It is taken back.")).to_be_visible()
    shown(page, base_url, lambda product: "staff pick" not in str(product))


def test_stock_is_adjusted_with_a_reason_that_the_journal_keeps(page: Page) -> None:
    page.goto("/admin/inventory")
    page.get_by_label("SKU begins with").fill("BK-BAGEL-PLAIN")
    row = page.get_by_role("row", name="BK-BAGEL-PLAIN")
    expect(page.get_by_role("row")).to_have_count(2)
    row.get_by_role("button", name="Adjust").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Quantity").fill("-2")
    dialog.get_by_label("Note").fill("dropped")
    sound(page)
    dialog.get_by_role("button", name="Adjust").click()
    expect(page.get_by_text("The stock is adjusted.")).to_be_visible()

    row.get_by_role("link").click()

    heading(page, "BK-BAGEL-PLAIN")
    newest = page.get_by_role("row").nth(1)
    expect(newest).to_contain_text("-2")
    expect(newest).to_contain_text("dropped")


def test_the_day_begins_with_its_figures(page: Page, base_url: str) -> None:
    order = place_order(base_url)
    assert httpx.post(order.payment_url, data=CARD, trust_env=False).status_code == 303
    revenue = page.locator("section").filter(has=page.get_by_role("heading", name="Revenue"))
    for _ in range(LOOKS_MAX):
        page.goto("/admin/today")
        heading(page, "Today")
        if revenue.filter(has_text=re.compile("€[1-9]")).count():
            break
        page.wait_for_timeout(200)

    expect(revenue.first).to_contain_text(re.compile("€[1-9]"))
    expect(page.get_by_role("heading", name="The last 30 days")).to_be_visible()


def test_a_category_is_added_below_another_and_moved_before_its_neighbour(page: Page) -> None:
    page.goto("/admin/categories")
    heading(page, "Categories")
    page.get_by_role("link", name="Add a category").click()
    heading(page, "Add a category")
    english = page.get_by_role("group", name="English")
    english.get_by_label("Title", exact=True).fill("Picnic")
    english.get_by_label("Name in the address").fill("picnic")
    page.get_by_role("button", name="Save").click()
    heading(page, "Categories")
    rows = page.get_by_role("rowheader")
    expect(rows.last).to_have_text("Picnic")

    page.get_by_role("button", name="Move Picnic up").click()

    expect(rows.last).not_to_have_text("Picnic")
    page.get_by_role("link", name="Picnic").click()
    heading(page, "Picnic")
    english.get_by_label("Title", exact=True).fill("Picnics")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Picnics")).to_be_visible()
