"""Search and cart stand before the framework does, drawn by the very components that React draws with."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, Request, Route, expect
from tests.e2e.conftest import Console
from tests.e2e.test_storefront import add_something

DRAWING = re.compile(r"/chunks/(search|cart)-\w+\.js$")
SCRIPT = re.compile(r"/chunks/[^/]+\.js$")
SHIFTS = """window.shifted = 0;
new PerformanceObserver(list => { for (const each of list.getEntries()) window.shifted += each.value })
  .observe({type: 'layout-shift', buffered: true});"""
SHIFT_MAX = 0.01
PAINTED = """new Promise(done => new PerformanceObserver(list => {
  if (list.getEntriesByName('first-contentful-paint').length > 0) done();
}).observe({type: 'paint', buffered: true}))"""
#: An element's markup with its attributes in order: React sets them in another one than they are written in.
MARKUP = """root => {
  const copy = root.cloneNode(true);
  for (const each of copy.querySelectorAll('*')) {
    const attributes = [...each.attributes].map(({name, value}) => [name, value]).sort();
    for (const [name] of attributes) each.removeAttribute(name);
    for (const [name, value] of attributes) each.setAttribute(name, value);
  }
  return copy.innerHTML;
}"""


def without(page: Page, console: Console, unwanted: Callable[[str], bool]) -> None:
    """Let no script through whose address is unwanted."""
    console.allow("net::ERR_FAILED")
    page.route(SCRIPT, lambda route: route.abort() if unwanted(route.request.url) else route.continue_())


def is_framework(url: str) -> bool:
    return DRAWING.search(url) is None


def is_drawing(url: str) -> bool:
    return DRAWING.search(url) is not None


def test_results_stand_without_the_framework_and_as_react_draws_them(page: Page, console: Console) -> None:
    without(page, console, is_framework)
    page.goto("/en/search/?q=bread&available=true")
    drawn = page.locator("[data-early=results] > div")
    expect(page.get_by_role("heading", name="Results for “bread”")).to_be_visible()
    expect(page.locator("[data-early=count]")).to_have_text(re.compile(r"^\d+ products$"))
    by_the_head = drawn.evaluate(MARKUP)
    page.unroute(SCRIPT)

    without(page, console, is_drawing)
    page.reload()
    by_react = page.locator("main section .product-grid:not([aria-hidden])")

    expect(by_react).to_be_visible()
    assert by_the_head == by_react.evaluate(MARKUP)


def test_nothing_moves_when_the_results_come(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/v1/search?*", hold)
    page.add_init_script(SHIFTS)
    page.set_viewport_size({"width": 412, "height": 823})
    with page.expect_request("**/api/v1/search?*"):
        page.goto("/en/search/?q=lamp")
    page.evaluate(PAINTED)
    held[0].continue_()

    expect(page.get_by_text("No exact match. These come close.")).to_be_visible()
    expect(page.locator("[data-card]").first).to_be_visible()
    expect(page.locator("aside").get_by_text("In stock only")).to_be_attached()
    assert page.evaluate("window.shifted") <= SHIFT_MAX


def test_search_asks_its_question_once_and_from_its_head(page: Page) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if "/api/v1/search" in request.url else None)
    page.goto("/en/search/?q=lamp&sort=price_asc")
    expect(page.locator("aside").get_by_text("In stock only")).to_be_attached()

    assert len(asked) == 1
    assert page.evaluate("Object.keys(window.vivaEarly)") == []


def test_the_cart_stands_without_the_framework_and_as_react_draws_it(page: Page, console: Console) -> None:
    add_something(page)
    without(page, console, is_framework)
    page.goto("/en/cart/")
    drawn = page.locator("[data-early=cart] ul")
    expect(page.locator("main").get_by_text("Subtotal")).to_be_visible()
    by_the_head = drawn.evaluate(MARKUP)
    page.unroute(SCRIPT)
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if "/api/v1/carts/" in request.url else None)
    page.reload()

    expect(page.locator("[data-early=cart]")).to_have_count(0)
    assert page.locator("main ul").first.evaluate(MARKUP) == by_the_head
    assert len(asked) == 1


def late_framework(page: Page) -> Callable[[], None]:
    """Keep the framework away until the returned function is called."""
    held: list[Route] = []
    released: list[bool] = []

    def hold(route: Route) -> None:
        if released or is_drawing(route.request.url):
            route.continue_()
        else:
            held.append(route)

    def release() -> None:
        released.append(True)
        for route in held:
            route.continue_()

    page.route(SCRIPT, hold)
    return release


def test_a_press_on_the_drawn_cart_is_done_by_the_one_that_replaces_it(page: Page) -> None:
    add_something(page)
    release = late_framework(page)
    page.goto("/en/cart/", wait_until="commit")
    more = page.locator("[data-early=cart]").get_by_role("button", name=re.compile("^One more"))
    more.click()
    expect(page.get_by_text("1 product", exact=True)).to_be_visible()
    release()

    expect(page.get_by_text("2 products", exact=True)).to_be_visible()


def test_an_order_that_is_chosen_before_the_framework_is_there_is_followed(page: Page) -> None:
    release = late_framework(page)
    page.goto("/en/search/?q=lamp", wait_until="commit")
    expect(page.locator("[data-early=results] [data-card]").first).to_be_visible()
    page.get_by_label("Sort by").select_option("price_asc")
    release()

    page.wait_for_url(re.compile("sort=price_asc"))
    expect(page.get_by_label("Sort by")).to_have_value("price_asc")


def test_a_choice_is_followed_though_the_page_comes_alive_while_it_is_made(page: Page) -> None:
    """A browser tells of a choice twice, `input` and `change`, and React wakes up at the first of them."""
    release = late_framework(page)
    page.goto("/en/search/?q=lamp", wait_until="commit")
    expect(page.locator("[data-early=results] [data-card]").first).to_be_visible()
    page.evaluate("void (window.alive = new Promise(done => addEventListener('viva:alive', done)))")
    order = page.get_by_label("Sort by")
    order.evaluate(
        "select => { select.value = 'price_asc'; select.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    release()
    page.evaluate("window.alive.then(() => undefined)")
    order.dispatch_event("change")

    page.wait_for_url(re.compile("sort=price_asc"))
    expect(order).to_have_value("price_asc")
    page.go_back()
    page.wait_for_url("/en/search/?q=lamp")


def test_an_empty_cart_says_so_at_once(page: Page, console: Console) -> None:
    without(page, console, is_framework)
    page.goto("/en/cart/")

    expect(page.get_by_text("Your cart is empty")).to_be_visible()
