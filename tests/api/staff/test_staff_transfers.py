"""Imports and exports for staff: sent in, checked, run, fetched; who may not count stock counts none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from tests.helpers.api import ApiShop
from tests.helpers.identity import HOME, PASSWORD
from tests.helpers.transfer_recipes import EXPORTS, IMPORTS, TRANSFERS
from tests.helpers.transfers import TransferDesk

from vivamarket.accounts.model import StaffRole
from vivamarket.accounts.service import csrf_token
from vivamarket.adapters.postgres.transfers import PostgresTransferStore
from vivamarket.api import ApiConfig
from vivamarket.transfers.model import FILE_BYTES_MAX, TransferId

FILE = b"Handle,Title,Variant SKU,Variant Price\nbowl,Bowl,BOWL,12.50\nvase,Vase,VASE,cheap\n"


@pytest_asyncio.fixture
async def desk(api: ApiShop, pool: asyncpg.Pool) -> AsyncIterator[TransferDesk]:
    """The worker of this shop, with somebody of the staff signed in."""
    await api.sign_in()
    built = TransferDesk.on(api.shop.catalog, api.folder, PostgresTransferStore(pool))
    yield built
    await built.tasks.close()


async def sent(api: ApiShop, body: bytes = FILE, **query: str) -> dict[str, Any]:
    answer = await api.send("POST", IMPORTS, body, params=query)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def worked(api: ApiShop, desk: TransferDesk, transfer: dict[str, Any]) -> dict[str, Any]:
    """Let the worker work, and read what became of it."""
    await desk.worked(TransferId(transfer["id"]))
    found: dict[str, Any] = (await api.get(f"{TRANSFERS}/{transfer['id']}")).json()
    return found


async def test_a_file_is_checked_read_line_by_line_and_run(api: ApiShop, desk: TransferDesk) -> None:
    transfer = await sent(api, name="C:\\shop\\our bowls.csv", currency="USD")
    assert (transfer["state"], transfer["step"], transfer["currency"]) == ("waiting", "check", "USD")
    assert transfer["file_name"] == "our bowls.csv"

    checked = await worked(api, desk, transfer)
    lines = (await api.get(f"{TRANSFERS}/{transfer['id']}/lines", params={"outcome": "refused"})).json()
    run = await api.send("POST", f"{TRANSFERS}/{transfer['id']}/run")
    done = await worked(api, desk, transfer)

    assert (checked["state"], checked["check"]["created"], checked["check"]["refused"]) == ("checked", 1, 1)
    assert [(line["row"], line["column"], line["code"]) for line in lines["items"]] == [
        (3, "Variant Price", "bad_price")
    ]
    assert run.json()["state"] == "waiting"
    assert (done["state"], done["result"]["created"]) == ("done", 1)
    assert [each["id"] for each in (await api.get(TRANSFERS)).json()["items"]] == [transfer["id"]]


async def test_an_export_is_fetched_as_a_file(api: ApiShop, desk: TransferDesk) -> None:
    transfer = (await api.send("POST", EXPORTS, {"format": "shopify"})).json()
    too_early = await api.get(f"{TRANSFERS}/{transfer['id']}/file")

    done = await worked(api, desk, transfer)
    answer = await api.get(f"{TRANSFERS}/{transfer['id']}/file")

    assert (too_early.status_code, too_early.json()["code"]) == (409, "transfer_not_ready")
    assert done["state"] == "done"
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{transfer["file_name"]}"'
    assert answer.headers["cache-control"] == "no-store"
    assert int(answer.headers["content-length"]) == len(answer.content) == done["file_bytes"]
    assert "Blue Mug" in answer.text


async def test_a_file_that_is_gone_is_told(api: ApiShop, desk: TransferDesk) -> None:
    transfer = (await api.send("POST", EXPORTS, {})).json()
    await worked(api, desk, transfer)
    await desk.files.remove(TransferId(transfer["id"]))

    answer = await api.get(f"{TRANSFERS}/{transfer['id']}/file")

    assert (answer.status_code, answer.json()["code"]) == (404, "transfer_file_gone")


@pytest.mark.parametrize(
    ("role", "counts_stock"), [(StaffRole.STAFF, True), (StaffRole.EDITOR, False), (StaffRole.OWNER, True)]
)
async def test_only_who_may_change_the_inventory_counts_stock_by_a_file(
    api: ApiShop, role: StaffRole, counts_stock: bool
) -> None:
    accounts = api.services.staff.accounts
    await accounts.add_staff("kim@shop.test", role=role, password=PASSWORD)
    token = await accounts.sign_in("kim@shop.test", PASSWORD, address=HOME)
    api.client.cookies.set("viva_staff", token, domain="shop.test")
    api.client.headers["x-csrf-token"] = csrf_token(token)

    assert (await sent(api))["sets_stock"] is counts_stock


async def test_a_file_beyond_the_limit_is_not_read(api: ApiShop, desk: TransferDesk) -> None:
    answer = await api.send("POST", IMPORTS, bytes(FILE_BYTES_MAX + 1))

    assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")
    assert (await api.get(TRANSFERS)).json()["items"] == []


async def test_files_have_time_that_others_have_not(api: ApiShop, pool: asyncpg.Pool, tmp_path: Path) -> None:
    hasty = ApiConfig(mutations_per_second_max=None, request_timeout_seconds=0.0)
    other = ApiShop.build(pool, tmp_path, hasty, twin=api.shop)
    await api.sign_in()
    other.client.cookies.update(api.client.cookies)
    other.client.headers.update(api.client.headers)

    assert (await other.get(TRANSFERS)).json()["code"] == "deadline_exceeded"
    assert (await sent(other))["state"] == "waiting"


async def test_what_has_ended_is_neither_run_nor_canceled(api: ApiShop, desk: TransferDesk) -> None:
    transfer = await sent(api)
    await api.send("POST", f"{TRANSFERS}/{transfer['id']}/cancel")

    for verb in ("run", "cancel"):
        answer = await api.send("POST", f"{TRANSFERS}/{transfer['id']}/{verb}")
        assert (answer.status_code, answer.json()["code"]) == (409, "transfer_not_ready")
        assert answer.json()["state"] == "canceled"
