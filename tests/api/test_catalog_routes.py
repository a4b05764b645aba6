from dataclasses import replace

from tests.helpers.api import CUPS, ApiShop, mug
from tests.helpers.catalog import product

from vivamarket.catalog.model import ProductStatus, Text


async def test_the_shop_describes_itself(api: ApiShop) -> None:
    answer = await api.get("/api/v1/shop", params={"locale": "es"})

    shop = answer.json()
    assert answer.status_code == 200
    assert shop["currencies"] == ["EUR", "USD"]
    assert {"code": "ES", "name": "España"} in shop["countries"]
    assert shop["free_shipping_threshold"] == {"minor_units": 5000, "currency": "EUR"}


async def test_an_address_form_names_what_a_country_asks_for(api: ApiShop) -> None:
    form = (await api.get("/api/v1/addresses/ES")).json()

    assert "postal_code" in form["required"]
    assert (await api.get("/api/v1/addresses/XX")).json()["code"] == "unknown_country"


async def test_categories_come_with_their_path_and_count(api: ApiShop) -> None:
    items = (await api.get("/api/v1/categories")).json()["items"]

    by_slug = {item["slug"]: item for item in items}
    assert [crumb["slug"] for crumb in by_slug["cups"]["path"]] == ["kitchen", "cups"]
    assert by_slug["kitchen"]["product_count"] == 1


async def test_a_list_shows_cards_of_the_subtree(api: ApiShop) -> None:
    answer = await api.get("/api/v1/products", params={"category": "kitchen"})

    (card,) = answer.json()["items"]
    assert card["slug"] == "blue-mug"
    assert card["price"] == {"minor_units": 1250, "currency": "EUR"}
    assert card["compare_at"] == {"minor_units": 1500, "currency": "EUR"}
    assert card["price_varies"] is True
    assert card["category_slug"] == "cups"
    assert "available" not in card
    assert answer.json()["next_cursor"] is None


async def test_pages_follow_one_another_without_overlap(api: ApiShop) -> None:
    for number in range(2, 6):
        await api.shop.catalog.put(product(number, f"Cup {number}", category_ids=(CUPS.id,)), 0)
    api.hot.invalidate()

    seen: list[str] = []
    cursor = None
    for _ in range(5):
        params = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = (await api.get("/api/v1/products", params=params)).json()
        seen += [card["slug"] for card in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert len(seen) == len(set(seen)) == 5


async def test_a_product_is_told_in_the_asked_language(api: ApiShop) -> None:
    found = (await api.get("/api/v1/products/taza-azul", params={"locale": "es"})).json()

    assert found["title"] == "Taza azul"
    assert found["slugs"] == {"en": "blue-mug", "es": "taza-azul"}
    assert found["options"][0]["label"] == "Talla"
    assert [variant["title"] for variant in found["variants"]] == ["S", "Grande"]
    assert found["attributes"] == [
        {"key": "material", "label": "Material", "type": "text", "text": "Barro", "unit": ""}
    ]
    assert [crumb["title"] for crumb in found["breadcrumb"]] == ["Kitchen", "Cups"]
    assert found["seo"]["description"] == "Para té."


async def test_a_currency_without_price_shows_none(api: ApiShop) -> None:
    found = (await api.get("/api/v1/products/blue-mug", params={"currency": "USD"})).json()

    assert found["price"] is None


async def test_an_old_slug_leads_to_the_present_one(api: ApiShop) -> None:
    texts = {**mug().texts, "en": Text("Sky Mug", "sky-mug")}
    await api.shop.catalog.put(replace(mug(), texts=texts), 1)
    api.hot.invalidate()

    answer = await api.get("/api/v1/products/blue-mug", params={"currency": "EUR"})

    assert answer.status_code == 301
    assert answer.headers["location"] == "/api/v1/products/sky-mug?currency=EUR"


async def test_what_is_not_shown_is_not_found(api: ApiShop) -> None:
    await api.shop.catalog.put(replace(mug(), status=ProductStatus.DRAFT), 1)
    api.hot.invalidate()

    for slug in ("blue-mug", "never-was"):
        answer = await api.get(f"/api/v1/products/{slug}")
        assert (answer.status_code, answer.json()["code"]) == (404, "product_not_found")


async def test_an_unknown_category_is_not_found(api: ApiShop) -> None:
    answer = await api.get("/api/v1/products", params={"category": "nowhere"})

    assert (answer.status_code, answer.json()["code"]) == (404, "category_not_found")


async def test_an_unknown_language_or_currency_is_refused(api: ApiShop) -> None:
    assert (await api.get("/api/v1/products?locale=xx")).json()["code"] == "unknown_locale"
    assert (await api.get("/api/v1/products?currency=XXX")).json()["code"] == "unknown_currency"


async def test_a_damaged_cursor_is_refused(api: ApiShop) -> None:
    answer = await api.get("/api/v1/products?cursor=zzz")

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


async def test_a_limit_out_of_bounds_names_the_parameter(api: ApiShop) -> None:
    problem = (await api.get("/api/v1/products?limit=101")).json()

    assert problem["code"] == "bad_parameter"
    assert problem["errors"][0]["parameter"] == "limit"


async def test_search_answers_cards_facets_and_categories(api: ApiShop) -> None:
    found = (await api.get("/api/v1/search", params={"q": "mug"})).json()

    assert found["total"] == 1
    assert found["items"][0]["available"] is True
    assert {"key": "material", "label": "material"}.items() <= found["facets"][0].items() or found["facets"]
    assert {each["slug"] for each in found["categories"]} == {"kitchen", "cups"}
    assert found["price"]["min"] == {"minor_units": 1250, "currency": "EUR"}


async def test_only_the_first_page_of_a_search_counts_facets(api: ApiShop) -> None:
    for number in range(2, 5):
        await api.shop.catalog.put(product(number, f"Mug {number}", category_ids=(CUPS.id,)), 0)
    await api.index()
    params = {"q": "mug", "limit": "2"}

    first = (await api.get("/api/v1/search", params=params)).json()
    second = (await api.get("/api/v1/search", params={**params, "cursor": first["next_cursor"]})).json()

    assert first["categories"]
    assert (second["facets"], second["categories"], second["price"]) == ([], [], None)
    assert (len(second["items"]), second["total"]) == (2, first["total"])


async def test_search_filters_by_category_price_and_attribute(api: ApiShop) -> None:
    async def total(**params: str) -> int:
        count: int = (await api.get("/api/v1/search", params=params)).json()["total"]
        return count

    assert await total(**{"attr.material": "Clay"}) == 1
    assert await total(**{"attr.material": "Gold"}) == 0
    assert await total(category="cups", price_max="1300") == 1
    assert await total(price_min="2000") == 0
    assert await total(available="true") == 1


async def test_too_many_attribute_filters_are_refused(api: ApiShop) -> None:
    query = "&".join(f"attr.a={number}" for number in range(21))

    assert (await api.get(f"/api/v1/search?{query}")).json()["code"] == "bad_parameter"


async def test_suggestions_lead_to_products(api: ApiShop) -> None:
    items = (await api.get("/api/v1/suggest", params={"q": "blu"})).json()["items"]

    assert any(item["product"] and item["product"]["slug"] == "blue-mug" for item in items)


async def test_live_tells_price_and_stock_of_each_sku(api: ApiShop) -> None:
    items = (await api.get("/api/v1/live", params={"skus": "MUG,MUG/L,GONE"})).json()["items"]

    plenty, few, gone = items
    assert (plenty["available"], plenty["low_stock_left"]) == (True, None)
    assert (few["available"], few["low_stock_left"]) == (True, 3)
    assert gone == {
        "sku": "GONE",
        "price": None,
        "compare_at": None,
        "available": False,
        "low_stock_left": None,
    }


async def test_live_takes_at_most_a_hundred_skus(api: ApiShop) -> None:
    skus = ",".join(f"S{number}" for number in range(101))

    assert (await api.get("/api/v1/live", params={"skus": skus})).json()["code"] == "bad_parameter"
