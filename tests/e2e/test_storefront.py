"""The storefront in a real browser: every kind of page, both languages, light and dark, phone and desktop."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from tests.e2e.conftest import OVERHANG, Console, NewContext, sound
from tests.e2e.rest import QUIET_MILLISECONDS, Traffic

PAGES = (
    "",
    "search/?q=bread",
    "cart/",
    "checkout/",
    "order/",
    "account/",
    "stock-alert/",
    "info/about/",
    "info/shipping/",
    "info/returns/",
    "info/privacy/",
)


def product_links(page: Page, locale: str = "en") -> list[str]:
    page.goto(f"/{locale}/")
    links: list[str] = page.locator(".card-link").evaluate_all("links => links.map(a => a.pathname)")
    return links


def add_something(page: Page) -> None:
    """Put one product without options into the cart from the front page."""
    page.goto("/en/")
    page.locator("[data-add]").first.click()
    expect(page.locator("header a[href='/en/cart/'] span").first).to_have_text("1")


@pytest.mark.parametrize("locale", ["en", "de"])
def test_every_page_is_accessible_and_silent(page: Page, locale: str) -> None:
    product = product_links(page, locale)[0]
    category = page.locator("header .nav-link").first.evaluate("a => a.pathname")
    traffic = Traffic(page)

    for path in (*(f"/{locale}/{name}" for name in PAGES), product, category):
        page.goto(path)
        traffic.drawn(quiet_milliseconds=QUIET_MILLISECONDS)
        sound(page)


def test_the_narrowest_phone_has_room_for_every_languages_header(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})

    for locale in ("en", "es", "de"):
        page.goto(f"/{locale}/")
        assert page.evaluate(OVERHANG) == 0, locale
        name = page.locator("header").get_by_text("VivaMarket", exact=True)
        assert name.evaluate("name => name.scrollWidth <= name.clientWidth"), locale


def test_a_product_page_is_whole_without_scripts(new_context: NewContext, base_url: str) -> None:
    page = new_context(java_script_enabled=False).new_page()
    path = product_links_without_scripts(page)
    response = page.goto(path)
    assert response is not None
    html = response.text()

    assert "@@" not in html
    assert "<vm-" not in html
    assert f'<link href="{base_url}{path}" rel="canonical"/>' in html
    documents = [json.loads(body) for body in re.findall(r'ld\+json">(.*?)</script>', html, re.DOTALL)]
    assert documents[0]["@type"] in {"Product", "ProductGroup"}
    assert documents[1]["@type"] == "BreadcrumbList"
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("[data-buy] [data-price]")).to_be_visible()


def product_links_without_scripts(page: Page) -> str:
    page.goto("/en/")
    found = page.locator(".card-link").first.get_attribute("href")
    assert found is not None
    return found


def test_the_published_price_is_the_apis(page: Page, base_url: str) -> None:
    path = product_links(page)[0]
    html = page.request.get(path).text()
    found = re.search(r'ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    document: dict[str, Any] = json.loads(found[1])
    slug = path.split("/")[3]
    product = page.request.get(f"/api/v1/products/{slug}?locale=en&currency=EUR").json()

    variants = document.get("hasVariant", [document])
    published = {variant["sku"]: variant["offers"]["price"] for variant in variants}
    told = {
        variant["sku"]: f"{variant['price']['minor_units'] // 100}.{variant['price']['minor_units'] % 100:02}"
        for variant in product["variants"]
    }
    assert published == told


def test_choosing_a_variant_changes_what_is_bought(page: Page) -> None:
    for path in product_links(page):
        page.goto(path)
        values = page.locator(".option-value:not([data-sold-out='true']) input:not(:checked)")
        if values.count() > 0:
            break
    wanted = values.first.get_attribute("value")
    values.first.check(force=True)
    page.wait_for_url(re.compile(r"\?sku="))
    sku = page.url.split("?sku=")[1]
    page.locator("[data-submit]").click()

    drawer = page.get_by_role("dialog", name="Your cart")
    expect(drawer.locator("li")).to_have_count(1)
    cart = page.evaluate("localStorage.getItem('viva.cart')")
    lines = page.request.get(f"/api/v1/carts/{cart}").json()["lines"]
    assert [line["sku"] for line in lines] == [sku]
    assert wanted


def test_the_cart_follows_its_shopper(page: Page) -> None:
    add_something(page)
    page.goto("/en/cart/")
    page.get_by_role("button", name=re.compile("^One more")).click()
    expect(page.get_by_text("2 products", exact=True)).to_be_visible()

    page.get_by_role("button", name=re.compile("^Remove")).click()
    expect(page.get_by_text("was removed")).to_be_visible()


def test_search_suggests_and_filters_by_address(page: Page) -> None:
    page.goto("/en/")
    box = page.get_by_role("combobox", name="Search the market")
    box.fill("bre")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("Enter")
    page.wait_for_url(re.compile(r"/en/search/\?q=bre"))

    page.get_by_label("Sort by").select_option("price_asc")
    page.wait_for_url(re.compile("sort=price_asc"))
    page.reload()
    expect(page.get_by_label("Sort by")).to_have_value("price_asc")


def switch_to(page: Page, name: str) -> None:
    """Choose a language or currency in the header's panel."""
    page.locator("header [popovertarget=edition]").click()
    page.locator("#edition").get_by_role("link", name=name).click()


def test_language_and_currency_switch_and_keep_the_place(page: Page) -> None:
    add_something(page)
    page.goto(product_links(page)[0])
    english = page.locator("[data-product]").get_attribute("data-product")

    switch_to(page, "Español")
    page.wait_for_url(re.compile("/es/p/"))
    switch_to(page, "dólar")
    page.wait_for_url(re.compile("/es/usd/p/"))

    assert page.locator("[data-product]").get_attribute("data-product") == english
    assert page.locator("html").get_attribute("lang") == "es"
    expect(page.locator("[data-product] [data-price]").first).to_contain_text("US$")
    page.goto("/es/usd/cart/")
    expect(page.locator("main")).to_contain_text("US$")
    expect(page.locator("main")).not_to_contain_text("€")

    page.goto("/en/search/?q=bread&sort=name&price_min=100")
    switch_to(page, "US Dollar")
    page.wait_for_url("/en/usd/search/?q=bread&sort=name")


def test_the_theme_is_remembered_without_a_flash(page: Page) -> None:
    page.goto("/en/")
    page.get_by_role("button", name="Switch between light and dark").click()
    chosen = page.locator("html").get_attribute("data-theme")
    page.goto("/en/info/about/", wait_until="commit")
    page.wait_for_selector("body")

    assert page.locator("html").get_attribute("data-theme") == chosen


def test_the_checkout_names_what_is_missing_and_takes_the_focus_there(page: Page) -> None:
    add_something(page)
    page.goto("/en/checkout/")
    page.get_by_role("button", name="Go to payment").click()

    expect(page.get_by_role("heading", name="Please correct the following")).to_be_visible()
    page.get_by_role("link", name="Full name: please fill this in").click()
    expect(page.locator("#shipping-name")).to_be_focused()


def test_no_inline_script_runs_that_the_page_was_not_built_with(page: Page, console: Console) -> None:
    console.allow("Content Security Policy")
    page.goto("/en/")
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.stolen = 1';"
        " document.body.append(s); }"
    )

    assert page.evaluate("window.stolen") is None


def test_a_press_before_the_scripts_are_there_is_kept(page: Page) -> None:
    held: list[Route] = []
    arrived = False

    def hold(route: Route) -> None:
        if arrived:
            route.continue_()
        else:
            held.append(route)

    page.route("**/_next/static/chunks/*.js", hold)
    page.goto("/en/p/bavarian-pretzels/")
    page.locator("[data-submit]").click()
    assert page.url.endswith("/en/p/bavarian-pretzels/")
    expect(page.get_by_role("dialog")).to_have_count(0)

    arrived = True
    for route in held:
        route.continue_()

    expect(page.get_by_role("dialog").get_by_text("Subtotal")).to_be_visible()


def test_a_page_that_is_whole_waits_for_no_script(page: Page) -> None:
    page.goto("/en/c/fresh-food/")
    expect(page.locator("[data-card]").first).to_be_visible()
    page.wait_for_load_state("networkidle")

    first_script = page.evaluate("""Math.min(...performance.getEntriesByType('resource')
        .filter(each => each.name.endsWith('.js')).map(each => each.startTime))""")
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventStart")
    assert first_script > loaded


def test_the_question_about_privacy_is_asked_once_and_no_is_as_near_as_yes(new_context: NewContext) -> None:
    page = new_context(storage_state=None).new_page()
    page.goto("/en/p/bavarian-pretzels/")
    banner = page.get_by_role("region", name="May we remember a little more?")
    no, yes = (
        banner.get_by_role("button", name="Only what is needed"),
        banner.get_by_role("button", name="Allow everything"),
    )
    expect(banner).to_be_visible()
    assert no.evaluate("b => b.className") == yes.evaluate("b => b.className")
    assert page.evaluate("localStorage.getItem('viva.seen')") is None
    sound(page)

    no.click()
    expect(banner).to_be_hidden()
    page.goto("/en/")
    expect(page.locator("h1")).to_be_visible()
    expect(banner).to_be_hidden()
    assert page.evaluate("localStorage.getItem('viva.seen')") is None

    page.get_by_role("button", name="Privacy choices").click()
    expect(banner).to_be_visible()


def test_what_was_looked_at_is_shown_again_while_it_is_allowed(new_context: NewContext) -> None:
    page = new_context(storage_state=None).new_page()
    first, second = product_links(page)[:2]
    page.get_by_role("button", name="Allow everything").click()
    expect(page.locator("#consent")).to_be_hidden()
    page.goto(first)
    name = page.locator("h1").inner_text()
    # Whoever leaves before the scripts are there has not looked at it.
    page.wait_for_function("() => localStorage.getItem('viva.seen') !== null")
    expect(page.locator("h2", has_text="You looked at these")).to_have_count(0)

    page.goto(second)
    page.locator("footer").scroll_into_view_if_needed()
    strip = page.locator("section", has=page.get_by_role("heading", name="You looked at these"))
    expect(strip.get_by_role("link")).to_have_text([name])
    page.wait_for_load_state("networkidle")
    # What the header covers half of would count as too small a target.
    page.evaluate("scrollTo(0, 0)")
    sound(page)

    page.get_by_role("button", name="Privacy choices").click()
    page.get_by_role("button", name="Only what is needed").click()
    assert page.evaluate("localStorage.getItem('viva.seen')") is None


def test_without_a_network_the_offline_page_says_so_and_opens_the_page_again(
    new_context: NewContext, console: Console
) -> None:
    console.allow("ERR_INTERNET_DISCONNECTED")
    context = new_context(locale="es-ES")
    page = context.new_page()
    page.goto("/es/")
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")

    context.set_offline(True)
    page.goto("/es/search/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sin conexión")
    sound(page)

    context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sin conexión")
    assert page.url.endswith("/es/search/")
