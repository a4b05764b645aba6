"""What must have happened before some pages show anything: who buys, who has an account, who works here."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
from playwright.sync_api import Page
from tests.e2e.back_office import furnish
from tests.e2e.conftest import ShopUnderTest, decided_about_privacy
from tests.e2e.photographer import Photographer, Stories
from tests.e2e.screenshot_pages import Visitor
from tests.e2e.test_account import EMAIL, PASSWORD, fill, link_of, send_everything
from tests.e2e.test_buying import SUCCEEDS, go_to_payment, pay
from tests.e2e.test_storefront import add_something

PRODUCT_SHOWN = "bavarian-pretzels"


def tell_stories(photographer: Photographer, shop: ShopUnderTest, needed: set[Visitor]) -> Stories:
    """Do what must have happened before some pages show anything."""
    storages: dict[Visitor, Any] = {"guest": decided_about_privacy(shop.base_url)}
    names: dict[str, str] = {}
    if "shopper" in needed:
        with photographer.context(storages["guest"]) as context:
            add_something(context.new_page())
            storages["shopper"] = context.storage_state()
    if needed & {"buyer", "customer"}:
        with photographer.context(storages["guest"]) as context:
            page = context.new_page()
            add_something(page)
            go_to_payment(page)
            pay(page, SUCCEEDS)
            page.wait_for_url("**/order/**")
            page.wait_for_load_state("networkidle")
            names["order"] = page.url.removeprefix(shop.base_url)
            storages["buyer"] = context.storage_state()
            if "customer" in needed:
                become_customer(page, shop)
                names["shared"] = share_a_wish(page).removeprefix(shop.base_url)
                names["returned"] = ask_for_a_return(page, shop).removeprefix(shop.base_url)
                storages["customer"] = context.storage_state()
    if "staff" in needed:
        with photographer.context(storages["guest"]) as context:
            names |= enter_admin(context.new_page(), shop)
            storages["staff"] = context.storage_state()
    return Stories(storages, names)


def become_customer(page: Page, shop: ShopUnderTest) -> None:
    """Get an account and stay signed in."""
    page.goto("/en/account/")
    page.get_by_role("button", name="Create an account").click()
    fill(page, name="Jo", email=EMAIL, fresh=PASSWORD)
    page.goto(link_of(shop, "Confirm your account at VivaMarket"))
    fill(page, password=PASSWORD)
    page.get_by_role("heading", name="Hello, Jo").wait_for()


def share_a_wish(page: Page) -> str:
    """Wish for something; return the link under which anybody may see it."""
    page.goto("/en/")
    heart = page.locator("[data-card] [data-wish]").first
    heart.click()
    page.locator("[data-wish][aria-pressed=true]").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.goto("/en/account/wishlist/")
    page.get_by_role("button", name="Make a link").click()
    return page.get_by_label("Link to your wishlist").input_value()


def ask_for_a_return(page: Page, shop: ShopUnderTest) -> str:
    """Buy something, have it sent, and ask to send it back; return the order's page."""
    add_something(page)
    go_to_payment(page)
    pay(page, SUCCEEDS)
    page.wait_for_url("**/order/**")
    number = re.search(r"VM-\w+", page.get_by_text(re.compile(r"Order VM-\w+")).first.inner_text())
    assert number is not None
    send_everything(shop, number[0])
    page.reload()
    page.get_by_role("button", name="Send something back").click()
    page.get_by_role("button", name="Ask to send it back").click()
    page.get_by_text("We look at your request").wait_for()
    return page.url


def enter_admin(page: Page, shop: ShopUnderTest) -> dict[str, str]:
    """Sign in to the staff's application; return what its pages can be named by."""
    names = furnish(shop.base_url, shop.data)
    secrets = json.loads((shop.data / "secrets.json").read_text(encoding="utf-8"))
    page.goto("/admin/orders")
    page.get_by_label("E-mail").fill(secrets["staff_email"])
    page.get_by_label("Password").fill(secrets["staff_password"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("rowheader").first.wait_for()
    answer = httpx.get(f"{shop.base_url}/api/v1/products/{PRODUCT_SHOWN}", trust_env=False)
    return {**names, "product": answer.raise_for_status().json()["id"]}
