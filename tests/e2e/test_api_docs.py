"""The documentation page works in a browser, under its strict policy and without the internet."""

from __future__ import annotations

from playwright.sync_api import Page


def test_the_docs_page_lists_and_runs_operations(page: Page) -> None:
    elsewhere: list[str] = []
    page.on(
        "request", lambda request: elsewhere.append(request.url) if "127.0.0.1" not in request.url else None
    )

    page.goto("/api/docs")
    page.locator(".opblock").first.wait_for()
    page.locator("[id*=getLiveness] .opblock-summary-control").click()
    page.locator("[id*=getLiveness]").get_by_role("button", name="Execute").click()
    page.locator("[id*=getLiveness] .live-responses-table").wait_for()

    assert "live" in page.locator("[id*=getLiveness] .live-responses-table").inner_text()
    assert all(url.startswith(("http://127.0.0.1", "data:")) for url in asked)
