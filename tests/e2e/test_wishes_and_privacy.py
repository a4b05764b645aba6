"""Somebody wishes as a guest, keeps the wishes in an account, shares them, decides about their own data."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from tests.e2e.conftest import Console, NewContext, ShopUnderTest, sound
from tests.e2e.test_account import fill, link_of

EMAIL, PASSWORD = "wren@example.com", "twigs and feathers in spring"


def wish(page: Page) -> str:
    """Press the heart of the first card of the front page; return the product's title."""
    page.goto("/en/")
    card = page.locator("[data-card]").first
    heart = card.locator("[data-wish]")
    heart.click()
    expect(heart).to_have_attribute("aria-pressed", "true")
    title = card.locator("h3").inner_text()
    page.reload()
    expect(page.locator("[data-card] [data-wish]").first).to_have_attribute("aria-pressed", "true")
    return title


def join(page: Page, shop: ShopUnderTest) -> None:
    page.goto("/en/account/wishlist/")
    page.get_by_role("button", name="Create an account").click()
    fill(page, name="Wren", email=EMAIL, fresh=PASSWORD)
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.goto(link_of(shop, "Confirm your account at VivaMarket", to=EMAIL))
    fill(page, password=PASSWORD)
    expect(page.get_by_role("heading", name="Hello, Wren")).to_be_visible()


def test_wishes_go_along_and_are_shared_until_the_link_is_taken_back(
    page: Page, shop: ShopUnderTest, console: Console, new_context: NewContext
) -> None:
    console.allow("404")  # a link that was taken back
    title = wish(page)
    page.goto("/en/wishlist/")
    expect(page.get_by_role("link", name=title)).to_be_visible()
    sound(page)
    join(page, shop)

    page.locator("main nav").get_by_role("link", name="Wishlist").click()
    expect(page.get_by_role("link", name=title)).to_be_visible()
    page.get_by_role("button", name="Make a link").click()
    shared = page.get_by_label("Link to your wishlist").input_value()
    sound(page)
    stranger = new_context().new_page()
    stranger.goto(shared)
    expect(stranger.get_by_role("link", name=title)).to_be_visible()
    assert "Wren" not in stranger.content()
    sound(stranger)
    page.get_by_role("button", name="Take the link back").click()
    expect(page.get_by_text("The link opens nothing any more.")).to_be_visible()
    stranger.reload()
    expect(stranger.get_by_text("This list is not shared")).to_be_visible()
    preferences_are_kept(page)
    what_is_looked_at_is_seen_on_another_device(page, stranger)
    own_data_is_asked_for(page, shop)


def preferences_are_kept(page: Page) -> None:
    page.goto("/en/account/preferences/")
    page.locator("main").get_by_label("Language").select_option("es")
    page.locator("input[name=favourites]").last.check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main").get_by_text("Saved.")).to_be_visible()
    page.locator("main").get_by_label("Count visits").click()  # checked once the shop has kept it
    expect(page.locator("main").get_by_text("Allowed on").first).to_be_visible()
    page.reload()
    expect(page.locator("main").get_by_label("Language")).to_have_value("es")
    expect(page.locator("input[name=favourites]").last).to_be_checked()
    expect(page.locator("main").get_by_label("Count visits")).to_be_checked()
    sound(page)


def what_is_looked_at_is_seen_on_another_device(page: Page, other: Page) -> None:
    """Allow it, look at a product; whoever signs in elsewhere finds it there, and the favourites in front."""
    page.locator("main").get_by_label("Show me what may suit me").click()
    expect(page.locator("main").get_by_label("Show me what may suit me")).to_be_checked()
    with page.expect_response("**/account/preferences/merge") as told:
        page.goto("/en/p/bavarian-pretzels/")
    assert told.value.json()["seen"][0]["product_id"] == page.locator("[data-product]").get_attribute(
        "data-product"
    )

    other.goto("/en/p/all-butter-croissants/")
    other.get_by_role("button", name="Privacy choices").click()
    other.get_by_role("button", name="Allow everything").click()
    other.goto("/en/account/")
    fill(other, email=EMAIL, password=PASSWORD)
    expect(other.get_by_role("heading", name="Hello, Wren")).to_be_visible()
    other.goto("/en/p/all-butter-croissants/")
    other.mouse.wheel(0, 20_000)
    expect(other.get_by_role("link", name="Bavarian pretzels")).to_be_visible()
    other.goto("/en/")
    departments = other.locator("[data-department]")
    expect(departments.first).to_contain_text("Gifts")
    first, second = departments.nth(0).bounding_box(), departments.nth(1).bounding_box()
    assert first is not None
    assert second is not None
    assert first["x"] < second["x"]
    assert first["y"] == second["y"]


def own_data_is_asked_for(page: Page, shop: ShopUnderTest) -> None:
    page.goto("/en/account/privacy/")
    page.get_by_role("button", name="Ask for the file").click()
    with page.expect_download() as download:
        page.evaluate("url => location.assign(url)", link_of(shop, "Your data at VivaMarket", to=EMAIL))
    assert EMAIL in download.value.path().read_text()
    sound(page)
    fill(page, password=PASSWORD)
    expect(page.get_by_role("heading", name="Your account will be erased on")).to_be_visible()
    page.get_by_role("button", name="Keep my account").click()
    expect(page.get_by_text("Your account stays.")).to_be_visible()
