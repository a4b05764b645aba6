"""How every mutating route of the shop's own texts is called. The caller is signed in."""

from __future__ import annotations

import itertools
from typing import Any

import asyncpg
from tests.helpers.api import ApiShop
from tests.helpers.route_recipes import Call, Make, Recipe

CONTENT = "/api/v1/staff/content"
_numbers = itertools.count(1)


def edit(slug: str, version: int = 0, **given: object) -> dict[str, Any]:
    """Return a draft as staff send it."""
    return {"version": version, "texts": {"en": {"title": slug.title(), "slug": slug, "body": "Hi"}}, **given}


async def made(api: ApiShop, slug: str | None = None) -> str:
    """Write a draft of its own; return its address. Its version is 1."""
    name = slug or f"page-{next(_numbers)}"
    path = f"{CONTENT}/{name}"
    answer = await api.send("PUT", path, edit(name))
    assert answer.status_code == 200, answer.text
    return path


async def _save(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path = await made(api)
    return Recipe(
        works=Call("PUT", path, edit("one", 1)),
        other=Call("PUT", path, edit("two", 1)),
        effects=lambda: _writes(pool, path),
        refused=Call("PUT", f"{CONTENT}/never-made", edit("three", 4)),
    )


async def _publish(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path = await made(api)
    return Recipe(
        works=Call("POST", f"{path}/publish", {"version": 1}),
        other=Call("POST", f"{path}/publish", {"version": 7}),
        effects=lambda: _writes(pool, path),
        refused=Call("POST", f"{CONTENT}/never-made/publish", {"version": 1}),
    )


async def _withdraw(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path = await made(api)
    await api.send("POST", f"{path}/publish", {"version": 1})
    return Recipe(
        works=Call("POST", f"{path}/withdraw", {"version": 2}),
        other=Call("POST", f"{path}/withdraw", {"version": 7}),
        effects=lambda: _writes(pool, path),
        refused=Call("POST", f"{CONTENT}/never-made/withdraw", {"version": 1}),
    )


async def _remove(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path, another = await made(api), await made(api)
    return Recipe(
        works=Call("DELETE", f"{path}?version=1"),
        other=Call("DELETE", f"{another}?version=1"),
        effects=lambda: _writes(pool, path),
        refused=None,  # a stale version is the only refusal, and that one is not kept
    )


async def _writes(pool: asyncpg.Pool, path: str) -> int:
    key = path.rsplit("/", 1)[1]
    found: int = await pool.fetchval("SELECT count(*) FROM content_version WHERE key = $1", key)
    return found


CONTENT_RECIPES: dict[str, Make] = {
    "saveStaffContent": _save,
    "publishStaffContent": _publish,
    "withdrawStaffContent": _withdraw,
    "deleteStaffContent": _remove,
}

#: It shows a text and keeps nothing.
CONTENT_WITHOUT_KEY = ("previewStaffContent",)
