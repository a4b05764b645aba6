"""The shop opens: its first pages stand, without an error in the console."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from tests.e2e.conftest import Console, axe_violations


def answer(base_url: str, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=10)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def test_the_first_address_leads_to_the_visitors_language(base_url: str) -> None:
    spanish = answer(base_url, "/", **{"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"})

    assert (spanish.status, spanish.headers["Location"]) == (302, "/es/")


def test_the_home_page_stands(page: Page) -> None:
    page.goto("/en/")

    assert page.locator("h1").first.is_visible()
    assert page.title()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_home_page_has_no_axe_violation(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto("/en/")

    assert axe_violations(page) == []


def test_an_address_that_does_not_exist_is_a_real_404(page: Page, console: Console) -> None:
    console.allow("404")

    response = page.goto("/en/p/there-is-no-such-thing/")

    assert response is not None
    assert response.status == 404
