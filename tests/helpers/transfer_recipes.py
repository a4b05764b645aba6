"""How every mutating route of imports and exports is called. The caller is signed in."""

from __future__ import annotations

import itertools

import asyncpg
from tests.helpers.api import ApiShop
from tests.helpers.route_recipes import Call, Make, Recipe

from vivamarket.transfers.model import TransferId, TransferState

IMPORTS = "/api/v1/staff/imports"
EXPORTS = "/api/v1/staff/exports"
TRANSFERS = "/api/v1/staff/transfers"
UNKNOWN = "019a0000-0000-7000-8000-000000000000"
_IN_STATE = "SELECT count(*) FROM transfer WHERE id = ANY ($1::uuid[]) AND state = $2"
_CHECKED = """
UPDATE transfer SET state = 'checked', document = document || '{"state": "checked"}' WHERE id = $1
"""
_numbers = itertools.count(1)


async def _upload(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    return Recipe(
        works=Call("POST", IMPORTS, b"Title\nMug\n"),
        other=Call("POST", IMPORTS, b"Title\nTea\n"),
        effects=lambda: pool.fetchval("SELECT count(*) FROM transfer"),
        refused=Call("POST", f"{IMPORTS}?name=%2F", b"Title\nMug\n"),
    )


async def _export(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    return Recipe(
        works=Call("POST", EXPORTS, {}),
        other=Call("POST", EXPORTS, {"format": "shopify"}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM transfer"),
        refused=Call("POST", EXPORTS, {"currency": "XXX"}),
    )


async def _run(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    return await _of_two(api, pool, "run", TransferState.WAITING)


async def _cancel(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    return await _of_two(api, pool, "cancel", TransferState.CANCELED)


async def _of_two(api: ApiShop, pool: asyncpg.Pool, verb: str, wanted: TransferState) -> Recipe:
    first, second = await _checked(api, pool), await _checked(api, pool)
    return Recipe(
        works=Call("POST", f"{TRANSFERS}/{first}/{verb}"),
        other=Call("POST", f"{TRANSFERS}/{second}/{verb}"),
        effects=lambda: pool.fetchval(
            "SELECT count(*) FROM transfer WHERE id = ANY ($1::uuid[]) AND state = $2",
            [first, second],
            wanted,
        ),
        refused=Call("POST", f"{TRANSFERS}/{UNKNOWN}/{verb}"),
    )


async def _checked(api: ApiShop, pool: asyncpg.Pool) -> TransferId:
    """Keep an import that waits for staff, as if the worker had checked it."""
    answer = await api.send("POST", IMPORTS, b"Title\nBowl %d\n" % next(_numbers))
    assert answer.status_code == 201, answer.text
    found = TransferId(answer.json()["id"])
    await pool.execute(_CHECKED, found)
    return found


#: By the operation's name in the OpenAPI document.
TRANSFER_RECIPES: dict[str, Make] = {
    "uploadStaffImport": _upload,
    "beginStaffExport": _export,
    "runStaffImport": _run,
    "cancelStaffTransfer": _cancel,
}
