"""Products for staff: everything can be read and edited, nobody overwrites anybody, many at once undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.helpers.api import ApiShop
from tests.helpers.catalog import eur, product
from tests.helpers.office_recipes import CHANGES, PRODUCTS, UNKNOWN, fields

from vivamarket.catalog.bulk import UNDO_MINUTES, BulkWish
from vivamarket.catalog.model import Product, ProductStatus, Variant
from vivamarket.kernel.ids import Sku, StaffId

EVERYTHING: dict[str, Any] = {
    "status": "active",
    "texts": {
        "en": {
            "title": "Red Bowl",
            "slug": "red-bowl",
            "description_html": "<p>Round.</p>",
            "seo_title": "A bowl",
            "seo_description": "Round and red.",
        },
        "es": {"title": "Cuenco rojo", "slug": "cuenco-rojo"},
    },
    "options": [
        {
            "name": "Size",
            "values": ["S", "L"],
            "labels": {"es": "Talla"},
            "value_labels": {"L": {"en": "Large"}},
        }
    ],
    "variants": [
        {
            "sku": "BOWL-S",
            "option_values": ["S"],
            "prices": {"EUR": {"amount": 1_900, "compare_at": 2_400}, "USD": {"amount": 2_100}},
            "barcode": "4006381333931",
            "weight_grams": 400,
        },
        {"sku": "BOWL-L", "option_values": ["L"], "continue_selling": True, "tracked": False},
    ],
    "schedule": {"publish_at": "2026-01-01T00:00:00Z", "unpublish_at": None},
    "vendor": "Rojo",
    "product_type": "Bowls",
    "tags": ["round", "red"],
    "attributes": [
        {"key": "material", "type": "text", "value": "Clay", "labels": {"es": "Material"}},
        {"key": "height", "type": "number", "value": "12.5", "unit": "cm"},
        {"key": "handmade", "type": "boolean", "value": True, "facet": False},
        {"key": "since", "type": "date", "value": "2026-05-01"},
        {"key": "deposit", "type": "money", "value": {"minor_units": 50, "currency": "EUR"}},
        {"key": "colors", "type": "list", "value": ["red", "pink"]},
    ],
}


@pytest.fixture
async def staff(api: ApiShop) -> ApiShop:
    """A shop with a member of the staff at work, and its index of all products."""
    await api.sign_in()
    await api.staff_index.run_once()
    return api


async def found(staff: ApiShop, **query: Any) -> list[str]:
    """Return the titles of the list, after the worker has followed."""
    while await staff.staff_index.run_once():
        continue
    answer = await staff.get(PRODUCTS, params=query)
    assert answer.status_code == 200, answer.text
    return [row["title"] for row in answer.json()["items"]]


async def stored(staff: ApiShop, number: int, title: str, **given: Any) -> Product:
    return await staff.catalog.put(product(number, title, **given), 0)


# One product


async def test_a_product_is_made_with_everything_and_read_back(staff: ApiShop) -> None:
    made = await staff.send("POST", PRODUCTS, EVERYTHING)
    read = await staff.get(f"{PRODUCTS}/{made.json()['id']}")

    assert made.status_code == 201, made.text
    assert read.json() == made.json()
    answer = read.json()
    assert (answer["version"], answer["is_shown"]) == (1, True)
    for part in ("options", "vendor", "product_type", "tags", "schedule"):
        assert answer[part] == EVERYTHING[part], part
    assert answer["texts"]["en"] == EVERYTHING["texts"]["en"]
    assert [each["value"] for each in answer["attributes"]] == [
        each["value"] for each in EVERYTHING["attributes"]
    ]
    assert answer["variants"][0]["prices"]["EUR"] == {"amount": 1_900, "compare_at": 2_400}
    assert answer["variants"][1]["tracked"] is False


async def test_what_was_read_can_be_sent_back_unchanged(staff: ApiShop) -> None:
    made = (await staff.send("POST", PRODUCTS, EVERYTHING)).json()

    edited = await staff.send("PUT", f"{PRODUCTS}/{made['id']}", {**EVERYTHING, "version": 1})

    answer = edited.json()
    assert edited.status_code == 200, edited.text
    assert {**answer, "version": 1, "updated_at": made["updated_at"]} == made


async def test_an_edit_over_an_old_version_says_which_one_is_present(staff: ApiShop) -> None:
    path = f"{PRODUCTS}/{(await stored(staff, 7, 'Jar')).id}"
    first = await staff.send("PUT", path, fields("JAR", "Big Jar", version=1))

    late = await staff.send("PUT", path, fields("JAR", "Late Jar", version=1))

    assert first.status_code == 200, first.text
    assert (late.status_code, late.json()["code"], late.json()["version"]) == (409, "stale_version", 2)
    assert "read it again" in late.json()["detail"]
    assert (await staff.get(path)).json()["texts"]["en"]["title"] == "Big Jar"


async def test_an_edit_whose_answer_was_lost_counts_once(staff: ApiShop) -> None:
    jar = await stored(staff, 7, "Jar")
    wanted = jar.archived()

    first = await staff.catalog.edit(wanted, 1)
    again = await staff.catalog.edit(wanted, 1)

    assert (first.version, again) == (2, first)


async def test_a_product_made_again_after_a_crash_is_the_same_product(staff: ApiShop) -> None:
    wanted = product(1, "Urn", variants=(Variant(Sku("URN"), prices=eur("9.00")),))

    first = await staff.catalog.add(wanted, request_key="key-of-the-urn")
    again = await staff.catalog.add(wanted, request_key="key-of-the-urn")

    assert again == first
    assert await found(staff, q="urn") == ["Urn"]


BAD: list[tuple[dict[str, Any], str]] = [
    ({"texts": {"es": {"title": "Cuenco", "slug": "cuenco"}}}, "title"),
    ({"variants": []}, "variants"),
    ({"attributes": [{"key": "since", "type": "date", "value": "May"}]}, "attributes"),
    ({"images": [{"media_id": "0" * 32}]}, "images"),
]


async def test_a_bad_product_is_refused_by_field(staff: ApiShop) -> None:
    for part, field in BAD:
        answer = await staff.send("POST", PRODUCTS, {**EVERYTHING, **part})

        told = answer.json()
        assert (answer.status_code, told["code"], told["field"]) == (400, "bad_product", field), part


async def test_a_sku_of_another_product_is_taken(staff: ApiShop) -> None:
    answer = await staff.send("POST", PRODUCTS, fields("MUG"))

    assert (answer.status_code, answer.json()["code"]) == (409, "sku_taken")


async def test_an_import_s_own_columns_survive_an_edit(staff: ApiShop) -> None:
    kept = Variant(Sku("JAR"), prices=eur("5.00"), extra={"Cost": "2"})
    jar = await stored(staff, 7, "Jar", variants=(kept,), extra={"Season": "all"})

    await staff.send("PUT", f"{PRODUCTS}/{jar.id}", fields("JAR", "Jar", version=1))

    edited = await staff.catalog.get(jar.id)
    assert (edited.extra, edited.variants[0].extra) == ({"Season": "all"}, {"Cost": "2"})


async def test_an_archived_product_leaves_the_shop_and_stays_in_the_list(staff: ApiShop) -> None:
    jar = await stored(staff, 7, "Jar")

    answer = await staff.send("POST", f"{PRODUCTS}/{jar.id}/archive", {"version": 1})

    assert (answer.json()["status"], answer.json()["is_shown"]) == ("archived", False)
    assert await found(staff, q="jar", status="archived") == ["Jar"]


async def test_an_unknown_product_is_not_found(staff: ApiShop) -> None:
    for path in (UNKNOWN, "nonsense"):
        assert (await staff.get(f"{PRODUCTS}/{path}")).status_code == 404


# The list


@pytest.fixture
async def market(staff: ApiShop) -> ApiShop:
    """The mug of the shop, a draft, an archived one, and one that is sold out."""
    await stored(staff, 11, "Draft Jar", status=ProductStatus.DRAFT, variants=(priced("DRAFT", "3.00"),))
    await stored(staff, 12, "Old Jar", status=ProductStatus.ARCHIVED, variants=(priced("OLD", "30.00"),))
    await stored(staff, 13, "Rare Jar", variants=(priced("RARE", "90.00"),))
    await staff.shop.stock.set_on_hand([(Sku("DRAFT"), 4), (Sku("OLD"), 1)])
    return staff


def priced(sku: str, amount: str) -> Variant:
    return Variant(Sku(sku), prices=eur(amount), barcode=f"400{sku}")


async def test_the_list_has_drafts_and_archived_products_too(market: ApiShop) -> None:
    assert await found(market) == ["Rare Jar", "Old Jar", "Draft Jar", "Blue Mug"]


NARROWED: list[tuple[dict[str, Any], list[str]]] = [
    ({"status": "draft"}, ["Draft Jar"]),
    ({"status": ["draft", "archived"]}, ["Old Jar", "Draft Jar"]),
    ({"stock": "sold_out"}, ["Rare Jar"]),
    ({"stock": "in_stock", "q": "jar"}, ["Old Jar", "Draft Jar"]),
    ({"price_min": 2_000}, ["Rare Jar", "Old Jar"]),
    ({"price_min": 2_000, "price_max": 4_000}, ["Old Jar"]),
    ({"sort": "price_asc"}, ["Draft Jar", "Blue Mug", "Old Jar", "Rare Jar"]),
    ({"sort": "name"}, ["Blue Mug", "Draft Jar", "Old Jar", "Rare Jar"]),
    ({"q": "RARE"}, ["Rare Jar"]),
    ({"q": "400OLD"}, ["Old Jar"]),
    ({"q": "taza", "locale": "es"}, ["Taza azul"]),
    ({"q": "nothing-like-it"}, []),
]


async def test_the_list_is_narrowed_and_sorted(market: ApiShop) -> None:
    for query, titles in NARROWED:
        listed = await found(market, **query)

        # By relevance equal matches may stand in any order.
        assert (sorted(listed) if "q" in query else listed) == (sorted(titles) if "q" in query else titles), (
            query
        )


async def test_the_list_is_narrowed_to_a_category_and_all_below(market: ApiShop) -> None:
    kitchen, cups = [each.id for each in await market.catalog.categories()]
    await stored(market, 14, "Draft Cup", status=ProductStatus.DRAFT, category_ids=(cups,))

    assert await found(market, category_id=kitchen) == ["Draft Cup", "Blue Mug"]


async def test_a_draft_moves_with_its_category(market: ApiShop) -> None:
    kitchen, cups = await market.catalog.categories()
    await stored(market, 14, "Draft Cup", status=ProductStatus.DRAFT, category_ids=(cups.id,))
    await found(market)

    await market.catalog.put_category(replace(cups, parent_id=None), cups.version)

    assert await found(market, category_id=kitchen.id) == []
    assert await found(market, category_id=cups.id) == ["Draft Cup", "Blue Mug"]


async def test_pages_hold_every_product_once(market: ApiShop) -> None:
    await found(market)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(4):
        page = (await market.get(PRODUCTS, params={"limit": 1, "sort": "newest", **cursor})).json()
        seen += [row["title"] for row in page["items"]]
        cursor = {"cursor": page["next_cursor"]}

    assert seen == ["Rare Jar", "Old Jar", "Draft Jar", "Blue Mug"]
    assert (page["total"], page["next_cursor"]) == (4, None)


async def test_a_row_shows_the_product_as_it_is_stored(market: ApiShop) -> None:
    await found(market)
    rare = next(each for each in (await market.get(PRODUCTS)).json()["items"] if each["title"] == "Rare Jar")
    await market.send("PUT", f"{PRODUCTS}/{rare['id']}", fields("RARE", "Renamed", version=1))

    rows = (await market.get(PRODUCTS, params={"q": "rare jar"})).json()["items"]

    assert [row["title"] for row in rows] == ["Renamed"]
    assert (rare["stock"], rare["available"], rare["price_min"]["minor_units"]) == ("sold_out", 0, 9_000)


async def test_what_is_sold_out_is_found_as_such_when_it_comes_back(market: ApiShop) -> None:
    await found(market)
    await market.shop.stock.set_on_hand([(Sku("RARE"), 2)])

    await market.staff_index.availability_changed([Sku("RARE")])

    assert await found(market, stock="sold_out") == []


# Many at once


async def bulk(staff: ApiShop, wish: dict[str, Any], *products: Product, version: int = 1) -> dict[str, Any]:
    body = {"products": [{"id": each.id, "version": version} for each in products], "wish": wish}
    answer = await staff.send("POST", CHANGES, body)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_preview_shows_what_would_change_and_changes_nothing(staff: ApiShop) -> None:
    jar, urn = await stored(staff, 7, "Jar", tags=("old",)), await stored(staff, 8, "Urn", vendor="Azul")
    wish = {"vendor": "Azul", "add_tags": ["sale"], "price": {"currency": "EUR", "basis_points": -1_000}}

    answer = await staff.send("POST", f"{CHANGES}/preview", {"product_ids": [jar.id, urn.id], "wish": wish})

    first, second = answer.json()["items"]
    assert (first["title"], first["version"], first["refusal"]) == ("Jar", 1, None)
    assert first["changes"] == [
        {"field": "vendor", "before": [], "after": ["Azul"]},
        {"field": "tags", "before": ["old"], "after": ["old", "sale"]},
        {"field": "price:SKU-7", "before": ["12.50 EUR"], "after": ["11.25 EUR"]},
    ]
    assert [each["field"] for each in second["changes"]] == ["tags", "price:SKU-8"]
    assert (await staff.catalog.get(jar.id)) == jar


async def test_a_bulk_edit_is_made_and_undone(staff: ApiShop) -> None:
    jar, urn = await stored(staff, 7, "Jar", tags=("old",)), await stored(staff, 8, "Urn")

    made = await bulk(staff, {"status": "archived", "remove_tags": ["OLD"], "product_type": "Pots"}, jar, urn)
    changed = await staff.catalog.get(jar.id)
    undone = await staff.send("POST", f"{CHANGES}/{made['id']}/undo")

    assert [(each["version"], each["refusal"]) for each in made["items"]] == [(2, None), (2, None)]
    assert (changed.status, changed.tags, changed.product_type) == (ProductStatus.ARCHIVED, (), "Pots")
    assert [each["version"] for each in undone.json()["items"]] == [3, 3]
    back = await staff.catalog.get(jar.id)
    assert (back.status, back.tags, back.product_type) == (jar.status, jar.tags, jar.product_type)


async def test_what_somebody_changed_meanwhile_is_neither_edited_nor_undone(staff: ApiShop) -> None:
    jar, urn = await stored(staff, 7, "Jar"), await stored(staff, 8, "Urn")
    await staff.catalog.edit(jar.archived(), 1)

    made = await bulk(staff, {"vendor": "Azul"}, jar, urn)
    await staff.catalog.patch(urn.id, 2, vendor="Rojo")
    undone = await staff.send("POST", f"{CHANGES}/{made['id']}/undo")

    refused, changed = made["items"]
    assert (refused["version"], refused["refusal"]["code"]) == (None, "stale_version")
    assert (changed["version"], changed["refusal"]) == (2, None)
    (late,) = undone.json()["items"]
    assert (late["id"], late["version"], late["refusal"]["code"]) == (urn.id, None, "stale_version")
    assert (await staff.catalog.get(urn.id)).vendor == "Rojo"


async def test_a_product_in_which_nothing_changes_keeps_its_version(staff: ApiShop) -> None:
    jar = await stored(staff, 7, "Jar", vendor="Azul")

    made = await bulk(staff, {"vendor": "Azul"}, jar)

    assert made["items"][0]["version"] == 1
    assert (await staff.catalog.get(jar.id)) == jar


async def test_an_undo_comes_in_time_and_once(staff: ApiShop) -> None:
    jar, urn = await stored(staff, 7, "Jar"), await stored(staff, 8, "Urn")
    early, late = await bulk(staff, {"vendor": "A"}, jar), await bulk(staff, {"vendor": "A"}, urn)
    await staff.send("POST", f"{CHANGES}/{early['id']}/undo")
    staff.shop.clock.time += timedelta(minutes=UNDO_MINUTES)

    twice = await staff.send("POST", f"{CHANGES}/{early['id']}/undo")
    expired = await staff.send("POST", f"{CHANGES}/{late['id']}/undo")

    assert (twice.status_code, twice.json()["code"]) == (422, "already_undone")
    assert (expired.status_code, expired.json()["code"]) == (422, "undo_expired")
    assert (await staff.catalog.get(urn.id)).vendor == "A"
    staff.shop.clock.time += timedelta(seconds=1)
    assert await staff.services.office.bulk.forget() == 2


async def test_a_bulk_edit_that_a_crash_interrupted_is_finished_by_the_repeat(staff: ApiShop) -> None:
    jar, urn = await stored(staff, 7, "Jar"), await stored(staff, 8, "Urn")
    wish, versions = BulkWish(vendor="Azul"), {jar.id: 1, urn.id: 1}
    edits = staff.services.office.bulk

    first = await edits.make(wish, versions, staff_id=StaffId("sam"), request_key="key-of-the-edit")
    again = await edits.make(wish, versions, staff_id=StaffId("sam"), request_key="key-of-the-edit")

    assert again == first
    assert [each.version for each in again.outcomes] == [2, 2]


async def test_a_wish_for_nothing_is_refused(staff: ApiShop) -> None:
    jar = await stored(staff, 7, "Jar")

    wishes: list[dict[str, object]] = [{}, {"add_tags": []}, {"vendor": None}]
    for wish in wishes:
        answer = await staff.send("POST", f"{CHANGES}/preview", {"product_ids": [jar.id], "wish": wish})

        assert (answer.status_code, answer.json()["code"]) == (400, "bad_bulk_edit"), wish
