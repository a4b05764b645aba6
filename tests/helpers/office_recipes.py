"""How every mutating route of the staff's catalogue is called. The caller is signed in."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import asyncpg
from tests.helpers.api import ApiShop
from tests.helpers.catalog import category, product
from tests.helpers.pictures import SVG, encoded, halves
from tests.helpers.route_recipes import Call, Make, Recipe

from vivamarket.catalog.model import Category
from vivamarket.kernel.ids import ProductId, uuid7

PRODUCTS = "/api/v1/staff/products"
CATEGORIES = "/api/v1/staff/categories"
MEDIA = "/api/v1/staff/media"
CHANGES = "/api/v1/staff/product-changes"
UNKNOWN = uuid7(9_999, 9_999)
_numbers = itertools.count(500)


def fields(sku: str, title: str = "Red Bowl", **given: object) -> dict[str, Any]:
    """Return a product as staff send it."""
    slug = f"{title.lower().replace(' ', '-')}-{sku.lower()}"
    return {
        "texts": {"en": {"title": title, "slug": slug}},
        "variants": [{"sku": sku, "prices": {"EUR": {"amount": 1_900}}}],
        **given,
    }


async def _create(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    return Recipe(
        works=Call("POST", PRODUCTS, fields("BOWL")),
        other=Call("POST", PRODUCTS, fields("OTHER")),
        effects=lambda: pool.fetchval("SELECT count(*) FROM product"),
        refused=Call("POST", PRODUCTS, fields("BAD", status="draft", texts={})),
    )


async def _update(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path, product_id, _ = await _stored(api)
    return Recipe(
        works=Call("PUT", path, fields("VASE", version=1)),
        other=Call("PUT", path, fields("URN", version=1)),
        effects=lambda: _version(pool, product_id),
        refused=Call("PUT", f"{PRODUCTS}/{UNKNOWN}", fields("VASE-2", version=1)),
    )


async def _set_images(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path, product_id, _ = await _stored(api)
    strange = [{"media_id": "0" * 32}]
    return Recipe(
        works=Call("PUT", f"{path}/images", {"version": 1, "images": []}),
        other=Call("PUT", f"{path}/images", {"version": 1, "images": strange}),
        effects=lambda: _version(pool, product_id),
        refused=Call("PUT", f"{path}/images", {"version": 1, "images": strange}),
    )


async def _archive(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path, product_id, _ = await _stored(api)
    return Recipe(
        works=Call("POST", f"{path}/archive", {"version": 1}),
        other=Call("POST", f"{path}/archive", {"version": 2}),
        effects=lambda: _version(pool, product_id),
        refused=Call("POST", f"{PRODUCTS}/{UNKNOWN}/archive", {"version": 1}),
    )


async def _preview(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    _, product_id, _ = await _stored(api)
    wish = {"product_ids": [product_id], "wish": {"vendor": "Azul"}}
    return Recipe(
        works=Call("POST", f"{CHANGES}/preview", wish),
        other=Call("POST", f"{CHANGES}/preview", {**wish, "wish": {"vendor": "Rojo"}}),
        effects=lambda: _version(pool, product_id),
        refused=Call("POST", f"{CHANGES}/preview", {**wish, "wish": {}}),
        adds=0,
    )


async def _change(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    _, product_id, _ = await _stored(api)
    wish = {"products": [{"id": product_id, "version": 1}], "wish": {"vendor": "Azul"}}
    return Recipe(
        works=Call("POST", CHANGES, wish),
        other=Call("POST", CHANGES, {**wish, "wish": {"vendor": "Rojo"}}),
        effects=lambda: _version(pool, product_id),
        refused=Call("POST", CHANGES, {**wish, "wish": {}}),
    )


async def _undo(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    _, product_id, _ = await _stored(api)
    wish = {"products": [{"id": product_id, "version": 1}], "wish": {"vendor": "Azul"}}
    made = await api.send("POST", CHANGES, wish)
    assert made.status_code == 200, made.text
    return Recipe(
        works=Call("POST", f"{CHANGES}/{made.json()['id']}/undo"),
        other=Call("POST", f"{CHANGES}/{UNKNOWN}/undo"),
        effects=lambda: _version(pool, product_id),
        refused=Call("POST", f"{CHANGES}/{UNKNOWN}/undo"),
    )


async def _create_category(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    return Recipe(
        works=Call("POST", CATEGORIES, shelf("Bowls")),
        other=Call("POST", CATEGORIES, shelf("Vases")),
        effects=lambda: pool.fetchval("SELECT count(*) FROM category"),
        refused=Call("POST", CATEGORIES, shelf("Lost", parent_id=UNKNOWN)),
    )


async def _update_category(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    category = await _shelf(api)
    path = f"{CATEGORIES}/{category.id}"
    return Recipe(
        works=Call("PUT", path, shelf(f"Renamed {category.position}", version=1)),
        other=Call("PUT", path, shelf(f"Otherwise {category.position}", version=1)),
        effects=lambda: _category_version(pool, category.id),
        refused=Call("PUT", f"{CATEGORIES}/{UNKNOWN}", shelf("Lost", version=1)),
    )


async def _order_categories(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    parent, first, second = await _shelf(api), await _shelf(api), await _shelf(api)
    for child in (first, second):
        await api.catalog.put_category(replace(child, parent_id=parent.id, position=0), 1)
    path = "/api/v1/staff/category-order"
    order = {"parent_id": parent.id, "ids": [first.id, second.id]}
    return Recipe(
        works=Call("PUT", path, order),
        other=Call("PUT", path, {**order, "ids": [second.id, first.id]}),
        effects=lambda: _category_version(pool, second.id),
        refused=Call("PUT", path, {"parent_id": UNKNOWN, "ids": [first.id]}),
    )


async def _delete_category(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    gone, other = await _shelf(api), await _shelf(api)
    kitchen = (await api.catalog.categories())[0]
    return Recipe(
        works=Call("DELETE", f"{CATEGORIES}/{gone.id}?version=1"),
        other=Call("DELETE", f"{CATEGORIES}/{other.id}?version=1"),
        effects=lambda: pool.fetchval("SELECT -count(*) FROM category"),
        refused=Call("DELETE", f"{CATEGORIES}/{kitchen.id}?version={kitchen.version}"),
    )


async def _upload(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    folder = api.folder / "media"

    async def pictures() -> int:
        return len(list(folder.glob("*/picture.json")))

    return Recipe(
        works=Call("POST", MEDIA, encoded(halves((40, 30)))),
        other=Call("POST", MEDIA, encoded(halves((50, 30)))),
        effects=pictures,
        refused=Call("POST", MEDIA, SVG),
    )


async def _adjust(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path = "/api/v1/staff/inventory/adjustments"
    sku = f"SKU-{(await _stored(api))[2]}"
    wish = {"sku": sku, "quantity": 3, "note": "found behind the shelf"}
    return Recipe(
        works=Call("POST", path, wish),
        other=Call("POST", path, {**wish, "quantity": 4}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM stock_move WHERE sku = $1", sku),
        refused=Call("POST", path, {**wish, "quantity": -100}),
    )


def shelf(title: str, **given: object) -> dict[str, Any]:
    """Return a category as staff send it."""
    return {"texts": {"en": {"title": title, "slug": title.lower().replace(" ", "-")}}, **given}


async def _shelf(api: ApiShop) -> Category:
    """Store a category of its own."""
    number = next(_numbers)
    return await api.catalog.put_category(replace(category(number, f"Shelf{number}"), position=number), 0)


async def _category_version(pool: asyncpg.Pool, category_id: str) -> int:
    found: int = await pool.fetchval("SELECT version FROM category WHERE id = $1", category_id)
    return found


async def _stored(api: ApiShop) -> tuple[str, ProductId, int]:
    """Store a product of its own; return its address, id and number."""
    number = next(_numbers)
    stored = await api.catalog.put(product(number, f"Jar {number}"), 0)
    return f"{PRODUCTS}/{stored.id}", stored.id, number


async def _version(pool: asyncpg.Pool, product_id: str) -> int:
    found: int = await pool.fetchval("SELECT version FROM product WHERE id = $1", product_id)
    return found


#: By the operation's name in the OpenAPI document.
OFFICE_RECIPES: dict[str, Make] = {
    "createStaffProduct": _create,
    "updateStaffProduct": _update,
    "setStaffProductImages": _set_images,
    "archiveStaffProduct": _archive,
    "previewProductChanges": _preview,
    "changeProducts": _change,
    "undoProductChanges": _undo,
    "createStaffCategory": _create_category,
    "updateStaffCategory": _update_category,
    "orderStaffCategories": _order_categories,
    "deleteStaffCategory": _delete_category,
    "uploadStaffMedia": _upload,
    "adjustStaffStock": _adjust,
}
