"""Takes the pictures of the docs: every page of a running demo shop, as people see them.

    python -m tests.e2e.screenshots [--url http://127.0.0.1:8000]

Without an address it opens a shop of its own first. Pictures go to ``docs/screenshots/`` as WebP.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from tests.e2e.browser import find_browser
from tests.e2e.conftest import PAGE_TIMEOUT_MILLISECONDS, ShopUnderTest

from vivamarket.settings import CHECKOUT_FOLDER

FOLDER = CHECKOUT_FOLDER / "docs" / "screenshots"
QUALITY = 78
DESKTOP = (1280, 900)
PHONE = (390, 844)


@dataclass(frozen=True, slots=True)
class Shot:
    """One address in one window. ``scheme`` is light or dark."""

    name: str
    path: str
    size: tuple[int, int] = DESKTOP
    scheme: str = "light"


SHOTS = (
    Shot("home", "/en/", (1280, 1240)),
    Shot("home-dark", "/en/", scheme="dark"),
    Shot("home-phone-es", "/es/", PHONE),
    Shot("category", "/en/c/fresh-food/", (1280, 1100)),
    Shot("category-phone", "/en/c/fashion/", PHONE),
    Shot("product", "/en/p/bavarian-pretzels/", (1280, 1000)),
    Shot("product-dark", "/en/p/bavarian-pretzels/", scheme="dark"),
    Shot("product-phone", "/en/p/bavarian-pretzels/", PHONE),
    Shot("search", "/en/search/?q=lamp"),
    Shot("search-phone-dark", "/es/search/?q=cafe", PHONE, "dark"),
    Shot("not-found", "/en/nowhere/"),
    Shot("about", "/en/info/about/"),
    Shot("api-docs", "/api/docs"),
)

ADMIN_PAGES = (
    ("today", "admin-today"),
    ("products", "admin-products"),
    ("inventory", "admin-inventory"),
    ("webhooks", "admin-webhooks"),
    ("webhooks/new", "admin-webhook-new"),
    ("reconciliation", "admin-reconciliation"),
    ("dead-letters", "admin-dead-letters"),
    ("mails", "admin-mails"),
)


class Photographer:
    """Opens pages and keeps what they look like."""

    def __init__(self, browser: Browser, url: str, folder: Path) -> None:
        self._browser = browser
        self._url = url
        self._folder = folder

    def take(self, shot: Shot) -> None:
        """Take one picture of a page that needs no story before it."""
        with self.visitor(shot.size, shot.scheme) as page:
            page.goto(shot.path)
            self.keep(page, shot.name)

    @contextmanager
    def visitor(self, size: tuple[int, int] = DESKTOP, scheme: str = "light") -> Iterator[Page]:
        """Lend a fresh visitor's page."""
        context = self._browser.new_context(
            base_url=self._url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            locale="en-GB",
        )
        context.set_default_timeout(PAGE_TIMEOUT_MILLISECONDS)
        yield context.new_page()
        context.close()

    def keep(self, page: Page, name: str) -> None:
        """Wait until the page is at rest and store what it looks like."""
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        picture = Image.open(io.BytesIO(page.screenshot()))
        picture.save(self._folder / f"{name}.webp", quality=QUALITY, method=6)
        print(f"{name}.webp")  # noqa: T201 - the command's progress


def buy(photographer: Photographer) -> None:
    """Take the pictures on the way from the product to the paid order."""
    keep = photographer.keep
    with photographer.visitor() as page:
        page.goto("/en/p/bavarian-pretzels/")
        page.get_by_role("button", name="Add to cart").first.click()
        page.get_by_role("dialog").get_by_text("Subtotal").wait_for()
        keep(page, "cart-drawer")
        page.goto("/en/cart/")
        keep(page, "cart")
        page.goto("/en/checkout/")
        fill_in(page)
        page.evaluate("window.scrollTo(0, 0)")
        keep(page, "checkout")
        page.get_by_role("button", name="Pay €").click()
        page.wait_for_url("**/sandbox/pay/**")
        keep(page, "payment")
        pay(page)
        page.wait_for_url("**/order/**")
        keep(page, "order")


def fill_in(page: Page) -> None:
    """Fill in the checkout as a guest from Madrid and choose the first way to send."""
    page.get_by_label("Email").fill("jo@example.com")
    page.get_by_label("Country").select_option("ES")
    page.get_by_label("Full name").fill("Jo Pérez")
    page.get_by_label("Street and number").fill("Calle Mayor 1")
    page.get_by_label("City").fill("Madrid")
    page.get_by_label("Postal code").fill("28013")
    page.get_by_label("Postal code").blur()
    page.get_by_role("radio").first.check()


def pay(page: Page) -> None:
    """Pay on the hosted page with the card that succeeds."""
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_label("Expiry").fill("12 / 34")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Pay").click()


def look_behind(photographer: Photographer, email: str, password: str) -> None:
    """Take the pictures of the staff's application: on a desktop, and in Spanish and dark on a phone."""
    keep = photographer.keep
    with photographer.visitor() as page:
        page.goto("/admin/orders")
        page.get_by_label("E-mail").wait_for()
        keep(page, "admin-sign-in")
        enter_admin(page, email, password)
        keep(page, "admin-orders")
        page.get_by_role("rowheader").get_by_role("link").first.click()
        page.get_by_role("heading", name="Timeline").wait_for()
        keep(page, "admin-order")
        page.get_by_role("link", name="Refund").click()
        page.get_by_label("How many of").first.fill("1")
        keep(page, "admin-refund")
        page.get_by_role("button", name="Show the sums").click()
        page.get_by_text("Left of the payment afterwards").wait_for()
        keep(page, "admin-refund-sums")
        for path, name in ADMIN_PAGES:
            page.goto(f"/admin/{path}")
            page.get_by_role("heading", level=1).wait_for()
            keep(page, name)
        page.goto("/admin/products")
        page.get_by_label("Words, vendor").fill("pretzels")
        page.get_by_role("link", name="Bavarian pretzels").click()
        page.get_by_role("heading", name="Texts").wait_for()
        keep(page, "admin-product")
    with photographer.visitor(PHONE, "dark") as page:
        page.goto("/admin/orders")
        enter_admin(page, email, password)
        page.get_by_role("button", name="Español").click()
        page.get_by_role("heading", name="Pedidos").wait_for()
        keep(page, "admin-orders-phone-dark-es")
        page.get_by_role("rowheader").get_by_role("link").first.click()
        page.get_by_role("heading", name="Historial").wait_for()
        keep(page, "admin-order-phone-dark-es")


def enter_admin(page: Page, email: str, password: str) -> None:
    """Sign in to the staff's application."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("rowheader").first.wait_for()


def take_all(url: str, data: Path | None) -> None:
    """Take every picture of the shop at that address; the staff's only with its data folder at hand."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(found.executable), args=list(found.arguments), env=dict(found.environ)
        )
        photographer = Photographer(browser, url, FOLDER)
        for shot in SHOTS:
            photographer.take(shot)
        buy(photographer)
        if data is not None:
            secrets = json.loads((data / "secrets.json").read_text(encoding="utf-8"))
            look_behind(photographer, secrets["staff_email"], secrets["staff_password"])
        browser.close()


def main() -> None:
    """Take the pictures of the given shop, or of one opened for it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--url", help="a running demo shop")
    options.add_argument("--data", type=Path, help="its data folder, for the staff's pages")
    chosen = options.parse_args()
    if chosen.url:
        take_all(chosen.url, chosen.data)
        return
    folder = Path(tempfile.mkdtemp(prefix="viva-screenshots-"))
    shop = ShopUnderTest(folder / "data")
    try:
        shop.wait_until_open()
        take_all(shop.base_url, folder / "data")
    finally:
        shop.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
