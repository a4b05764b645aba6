"""The documentation page works in a browser, under its strict policy and without the internet."""

from __future__ import annotations

from playwright.sync_api import Page


def test_the_docs_page_lists_and_runs_operations(page: Page, base_url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto("/api/docs")
    operation = page.locator("[id*=getLiveness]")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Execute").click()
    answered = operation.locator(".live-responses-table")
    answered.wait_for()

    assert "live" in answered.inner_text()
    assert all(url.startswith((base_url, "data:")) for url in asked)
