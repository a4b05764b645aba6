"""A product as shoppers would be shown it: for staff alone, by the publisher itself, published nowhere."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

from tests.helpers.api import ApiShop
from tests.helpers.catalog import product
from tests.helpers.office_recipes import PRODUCTS, UNKNOWN

from vivamarket.catalog.model import Product, ProductStatus, Text


async def draft(api: ApiShop) -> Product:
    texts = {"en": Text("Secret Bowl", "secret-bowl", "<p>Soon.</p>"), "es": Text("Cuenco", "cuenco")}
    return await api.shop.catalog.put(replace(product(77), texts=texts, status=ProductStatus.DRAFT), 0)


async def test_a_draft_is_shown_to_staff_and_kept_from_search_engines(api: ApiShop) -> None:
    await api.sign_in()
    stored = await draft(api)

    english = await api.get(f"{PRODUCTS}/{stored.id}/preview")
    spanish = await api.get(f"{PRODUCTS}/{stored.id}/preview", params={"locale": "es", "currency": "USD"})

    assert (english.status_code, english.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Secret Bowl" in english.text
    assert "<p>Soon.</p>" in english.text
    assert "Cuenco" in spanish.text
    assert '<meta name="robots" content="noindex"/>' in english.text
    assert "canonical" not in english.text
    assert "application/ld+json" not in english.text
    assert english.headers["x-robots-tag"] == "noindex, nofollow"
    assert english.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in english.headers["content-security-policy"]
    assert "connect-src 'none'" in english.headers["content-security-policy"]
    assert "script-src 'self' 'sha256-" in english.text


async def test_the_languages_and_currencies_of_a_preview_lead_to_previews(api: ApiShop) -> None:
    await api.sign_in()
    path = f"{PRODUCTS}/{(await draft(api)).id}/preview"

    page = (await api.get(path)).text
    links = [unescape(each) for each in re.findall(r'href="(\?[^"]*)"', page)]

    assert "?locale=es&currency=EUR" in links
    assert "?locale=en&currency=USD" in links
    assert {(await api.get(f"{path}{link}")).status_code for link in links} == {200}
    assert "/p/cuenco/" not in page


async def test_a_preview_is_published_nowhere(api: ApiShop) -> None:
    await api.sign_in()
    stored = await draft(api)

    await api.get(f"{PRODUCTS}/{stored.id}/preview")

    assert list(api.folder.glob("pages/**/*")) == []
    assert (await api.get("/en/p/secret-bowl/")).status_code == 404


async def test_what_is_not_there_has_no_preview(api: ApiShop) -> None:
    await api.sign_in()

    answer = await api.get(f"{PRODUCTS}/{UNKNOWN}/preview")

    assert (answer.status_code, answer.json()["code"]) == (404, "product_not_found")


async def test_a_language_that_the_shop_does_not_speak_is_refused(api: ApiShop) -> None:
    await api.sign_in()
    stored = await draft(api)

    assert (await api.get(f"{PRODUCTS}/{stored.id}/preview", params={"locale": "xx"})).status_code == 400
