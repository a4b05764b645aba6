"""Every page of the staff's application: everybody can use it, and nothing hangs over its edge."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.back_office import furnish
from tests.e2e.conftest import OVERHANG, ShopUnderTest, axe_violations
from tests.e2e.photographer import LEAD
from tests.e2e.rest import Traffic, settled
from tests.e2e.screenshot_pages import ADMIN
from tests.e2e.test_admin import heading, signed_in
from tests.e2e.test_payment import DESKTOP

from vivamarket.settings import CHECKOUT_FOLDER

APP = CHECKOUT_FOLDER / "web" / "admin" / "src" / "app.tsx"
#: Leads on by itself, and asks for a link that was mailed.
NOT_WALKED = {"/", "/welcome"}
#: Fewer mean that they are written otherwise now and not found.
ROUTES_AT_LEAST = 30
PHONE_WIDTH = 390
LOOKS_MAX = 150
LOOK_MILLISECONDS = 200


@pytest.fixture
def page(stranger: Page, shop: ShopUnderTest) -> Page:
    """A desktop page of the owner, at the texts."""
    return signed_in(stranger, shop, "content", "Pages")


def problems_of(page: Page) -> list[str]:
    """Return what is wrong with the page as it stands, in light and dark and on a phone."""
    found = axe_violations(page)
    page.emulate_media(color_scheme="dark")
    settled(page)
    found += axe_violations(page, only_colors=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": PHONE_WIDTH, "height": 844})
    if overhang := page.evaluate(OVERHANG):
        found.append(f"hangs over a phone's edge by {overhang} px")
    page.set_viewport_size({"width": DESKTOP["width"], "height": DESKTOP["height"]})
    return found


def test_every_page_is_usable_in_light_and_dark_and_fits_a_phone(page: Page, shop: ShopUnderTest) -> None:
    names = furnish(shop.base_url, shop.data)
    traffic = Traffic(page)
    found: list[str] = []

    for each in ADMIN:
        title = page.title()
        page.evaluate(LEAD, each.path.format_map(names))
        page.wait_for_function("before => document.title !== before", arg=title)
        traffic.rest()
        found += [f"{each.name}: {problem}" for problem in problems_of(page)]

    assert found == []


def test_no_page_of_the_application_is_left_out() -> None:
    source = APP.read_text(encoding="utf-8")
    routes = set(re.findall(r'<Route\b.*?\bpath="([^"]+)"', source, re.DOTALL))
    routes |= {f"/{name}" for name in re.findall(r'<Resource\b.*?\bname="([^"]+)"', source, re.DOTALL)}
    assert len(routes) > len(NOT_WALKED) + ROUTES_AT_LEAST

    walked = [re.compile(re.sub(r":\w+", "[^/]+", route)) for route in routes - NOT_WALKED]
    paths = [each.path.removeprefix("/admin") for each in ADMIN]

    assert [each.pattern for each in walked if not any(each.fullmatch(path) for path in paths)] == []


def test_a_text_is_changed_and_shoppers_read_it_and_an_earlier_one_comes_back(
    page: Page,
) -> None:
    page.get_by_role("link", name="Shipping").click()
    heading(page, "Shipping")
    english = page.get_by_role("group", name="English")
    earlier = english.get_by_label("Text").input_value()
    english.get_by_label("Text").fill("Owls carry every parcel.")
    expect(page.get_by_role("region", name="Preview, English")).to_contain_text("Owls carry")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Shoppers see this page as it stands here.")).to_be_visible()

    shopper = page.context.new_page()
    shopper.goto("/en/info/shipping/")
    for _ in range(LOOKS_MAX):
        if shopper.get_by_text("Owls carry every parcel.").count():
            break
        shopper.wait_for_timeout(LOOK_MILLISECONDS)
        shopper.reload()
    expect(shopper.get_by_text("Owls carry every parcel.")).to_be_visible()
    shopper.close()

    page.get_by_role("link", name="Versions").click()
    heading(page, "Versions")
    page.get_by_role("rowheader").last.get_by_role("link").click()
    page.get_by_role("button", name="Bring back as the draft").click()
    heading(page, "Shipping")
    assert page.get_by_role("group", name="English").get_by_label("Text").input_value() == earlier
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Shoppers see this page as it stands here.")).to_be_visible()
