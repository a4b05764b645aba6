"""Categories, pictures and stock for staff."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.helpers.api import ApiShop
from tests.helpers.catalog import product
from tests.helpers.checkout import MUG
from tests.helpers.office_recipes import CATEGORIES, MEDIA, PRODUCTS, UNKNOWN, shelf
from tests.helpers.pictures import SVG, encoded, halves, png_bomb

from vivamarket.catalog.model import Text
from vivamarket.kernel.ids import Sku
from vivamarket.media.model import SOURCE_BYTES_MAX

ORDER = "/api/v1/staff/category-order"
STOCK = "/api/v1/staff/inventory"


@pytest.fixture
async def staff(api: ApiShop) -> ApiShop:
    """A shop with a member of the staff at work, and its index of all products."""
    await api.sign_in()
    await api.staff_index.run_once()
    return api


async def tree(staff: ApiShop) -> list[tuple[str, str | None]]:
    """Return the categories' titles with those of their parents."""
    items = (await staff.get(CATEGORIES)).json()["items"]
    titles = {each["id"]: each["texts"]["en"]["title"] for each in items}
    return [(titles[each["id"]], titles.get(each["parent_id"])) for each in items]


async def added(staff: ApiShop, title: str, **given: Any) -> dict[str, Any]:
    answer = await staff.send("POST", CATEGORIES, shelf(title, **given))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


# Categories


async def test_a_category_is_added_renamed_and_moved(staff: ApiShop) -> None:
    bowls = await added(staff, "Bowls")
    kitchen = (await staff.get(CATEGORIES)).json()["items"][0]

    answer = await staff.send(
        "PUT", f"{CATEGORIES}/{bowls['id']}", shelf("Deep Bowls", version=1, parent_id=kitchen["id"])
    )

    assert answer.status_code == 200, answer.text
    assert await tree(staff) == [("Kitchen", None), ("Deep Bowls", "Kitchen"), ("Cups", "Kitchen")] or (
        await tree(staff) == [("Kitchen", None), ("Cups", "Kitchen"), ("Deep Bowls", "Kitchen")]
    )
    assert (await staff.get(f"{CATEGORIES}/{bowls['id']}")).json() == answer.json()


async def test_an_edit_over_an_old_version_of_a_category_is_refused(staff: ApiShop) -> None:
    path = f"{CATEGORIES}/{(await added(staff, 'Bowls'))['id']}"
    await staff.send("PUT", path, shelf("Deep Bowls", version=1))

    late = await staff.send("PUT", path, shelf("Late Bowls", version=1))

    assert (late.status_code, late.json()["code"], late.json()["version"]) == (409, "stale_version", 2)


async def test_a_category_is_not_put_below_itself(staff: ApiShop) -> None:
    kitchen, cups = (await staff.get(CATEGORIES)).json()["items"]
    body = shelf("Kitchen", version=kitchen["version"], parent_id=cups["id"])

    answer = await staff.send("PUT", f"{CATEGORIES}/{kitchen['id']}", body)

    assert (answer.status_code, answer.json()["code"]) == (409, "category_cycle")


async def test_categories_are_put_in_order(staff: ApiShop) -> None:
    parent = await added(staff, "Rooms")
    names = ["Attic", "Bath", "Cellar"]
    ids = [(await added(staff, name, parent_id=parent["id"]))["id"] for name in names]

    answer = await staff.send("PUT", ORDER, {"parent_id": parent["id"], "ids": ids[::-1]})

    assert answer.status_code == 200, answer.text
    assert [title for title, above in await tree(staff) if above == "Rooms"] == names[::-1]
    # Only what moves gets a new version.
    assert [each["version"] for each in answer.json()["items"]] == [1, 2, 2]


async def test_an_order_of_other_categories_than_stand_there_is_refused(staff: ApiShop) -> None:
    parent = await added(staff, "Rooms")
    attic = await added(staff, "Attic", parent_id=parent["id"])
    await added(staff, "Bath", parent_id=parent["id"])

    answer = await staff.send("PUT", ORDER, {"parent_id": parent["id"], "ids": [attic["id"]]})

    assert (answer.status_code, answer.json()["code"]) == (409, "siblings_changed")


async def test_an_empty_category_is_removed_and_a_full_one_is_not(staff: ApiShop) -> None:
    bowls, cups = await added(staff, "Bowls"), (await staff.get(CATEGORIES)).json()["items"][-1]

    gone = await staff.send("DELETE", f"{CATEGORIES}/{bowls['id']}?version=1")
    full = await staff.send("DELETE", f"{CATEGORIES}/{cups['id']}?version={cups['version']}")

    assert gone.status_code == 200
    assert (full.status_code, full.json()["code"]) == (409, "category_not_empty")
    assert (await staff.get(f"{CATEGORIES}/{bowls['id']}")).status_code == 404


async def test_a_category_added_again_after_a_crash_is_the_same(staff: ApiShop) -> None:
    kitchen = (await staff.catalog.categories())[0]
    wanted = replace(kitchen, texts={"en": Text("Bowls", "bowls")})

    first = await staff.catalog.add_category(wanted, request_key="key-of-the-bowls")
    again = await staff.catalog.add_category(wanted, request_key="key-of-the-bowls")

    assert again == first


# Pictures


async def uploaded(staff: ApiShop, width: int = 400) -> dict[str, Any]:
    answer = await staff.send("POST", MEDIA, encoded(halves((width, 300))))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_picture_is_uploaded_in_sizes_and_read_back(staff: ApiShop) -> None:
    picture = await uploaded(staff)

    assert (picture["width"], picture["height"], picture["widths"]) == (400, 300, [160, 320])
    assert (await staff.get(f"{MEDIA}/{picture['id']}")).json() == picture
    assert (await staff.get(f"{picture['src_base']}160.webp")).status_code == 200
    assert (await uploaded(staff))["id"] == picture["id"]


async def test_what_is_no_good_picture_is_refused(staff: ApiShop) -> None:
    for source, reason in (
        (SVG, "unsupported_format"),
        (b"hello", "not_a_picture"),
        (b"", "not_a_picture"),
        (png_bomb(16_000, 16_000), "too_many_pixels"),
    ):
        answer = await staff.send("POST", MEDIA, source)

        assert (answer.status_code, answer.json()["code"]) == (400, "bad_picture"), source[:20]
        assert answer.json()["reason"] == reason


async def test_a_file_that_is_too_large_is_not_even_read(staff: ApiShop) -> None:
    answer = await staff.send("POST", MEDIA, bytes(SOURCE_BYTES_MAX + 1))

    assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")


async def test_pictures_are_attached_ordered_described_and_detached(staff: ApiShop) -> None:
    first, second = await uploaded(staff), await uploaded(staff, 500)
    mug = (await staff.get(PRODUCTS, params={"q": "mug"})).json()["items"][0]
    path = f"{PRODUCTS}/{mug['id']}/images"
    both = [{"media_id": second["id"], "alt": {"en": "Wide", "es": "Ancha"}}, {"media_id": first["id"]}]

    attached = await staff.send("PUT", path, {"version": 1, "images": both})
    detached = await staff.send("PUT", path, {"version": 2, "images": both[1:]})

    shown = attached.json()["images"]
    assert [each["media_id"] for each in shown] == [second["id"], first["id"]]
    assert (shown[0]["alt"], shown[0]["width"]) == ({"en": "Wide", "es": "Ancha"}, 500)
    assert [each["media_id"] for each in detached.json()["images"]] == [first["id"]]


# Stock


async def skus(staff: ApiShop, **query: Any) -> list[str]:
    answer = await staff.get(STOCK, params=query)
    assert answer.status_code == 200, answer.text
    return [row["sku"] for row in answer.json()["items"]]


async def test_stock_is_listed_by_sku_with_what_is_promised(staff: ApiShop) -> None:
    await staff.placed()

    row = (await staff.get(STOCK, params={"q": "MUG"})).json()["items"][0]

    assert (row["sku"], row["on_hand"], row["reserved"], row["available"]) == ("MUG", 10, 1, 9)
    assert (row["title"], row["variant_title"]) == ("Blue Mug", "S")
    assert await skus(staff, q="MUG/") == ["MUG/L"]
    assert await skus(staff, q="mug") == []


async def test_pages_of_stock_hold_every_sku_once(staff: ApiShop) -> None:
    await staff.shop.stock.set_on_hand([(Sku(f"JAR-{n}"), n) for n in range(5)])
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = (await staff.get(STOCK, params={"q": "JAR", "limit": 2, **cursor})).json()
        seen += [row["sku"] for row in page["items"]]
        cursor = {"cursor": page["next_cursor"]}

    assert seen == [f"JAR-{n}" for n in range(5)]
    assert page["next_cursor"] is None


async def test_what_runs_low_is_listed_lowest_first(staff: ApiShop) -> None:
    await staff.shop.stock.set_on_hand([(Sku("JAR"), 0), (Sku("URN"), 30)])
    await staff.shop.stock.note_low()

    assert await skus(staff, low=5) == ["JAR", "MUG/L"]
    assert await skus(staff, low=0) == ["JAR"]
    await staff.shop.stock.set_on_hand([(Sku("JAR"), 8)])
    assert await skus(staff, low=5) == ["MUG/L"]


async def test_stock_is_moved_with_a_reason_and_who_did_it(staff: ApiShop) -> None:
    (sam,) = await staff.services.staff.accounts.staff()
    wish = {"sku": MUG, "quantity": -2, "note": "broken in transit"}

    answer = await staff.send("POST", f"{STOCK}/adjustments", wish)
    moves = (await staff.get(f"{STOCK}/moves", params={"sku": MUG})).json()["items"]

    assert (answer.status_code, answer.json()["on_hand"]) == (201, 8)
    assert (moves[0]["quantity"], moves[0]["reason"], moves[0]["note"]) == (
        -2,
        "adjustment",
        "broken in transit",
    )
    assert (moves[0]["made_by_id"], moves[0]["made_by"]) == (sam.id, "Sam")
    assert (moves[1]["reason"], moves[1]["made_by_id"], moves[1]["made_by"]) == ("count", "", "")


async def test_the_journal_is_read_in_pages(staff: ApiShop) -> None:
    for quantity in (1, 2, 3):
        await staff.shop.stock.adjust(MUG, quantity, reference="")

    first = (await staff.get(f"{STOCK}/moves", params={"sku": MUG, "limit": 2})).json()
    rest = (
        await staff.get(f"{STOCK}/moves", params={"sku": MUG, "limit": 3, "before": first["next_before"]})
    ).json()

    assert [each["quantity"] for each in (*first["items"], *rest["items"])] == [3, 2, 1, 10]
    assert rest["next_before"] is None


IMPOSSIBLE: list[tuple[dict[str, Any], int, str]] = [
    ({"sku": MUG, "quantity": -100}, 422, "not_enough_on_hand"),
    ({"sku": MUG, "quantity": 0}, 400, "bad_count"),
    ({"sku": "NOBODY-SELLS-IT", "quantity": 1}, 422, "unknown_sku"),
    ({"sku": MUG, "quantity": 1, "note": ""}, 422, "validation_failed"),
    ({"sku": MUG, "quantity": 1, "reason": "shipment"}, 422, "validation_failed"),
]


async def test_what_cannot_be_moved_is_refused(staff: ApiShop) -> None:
    for wish, status, code in IMPOSSIBLE:
        answer = await staff.send("POST", f"{STOCK}/adjustments", {"note": "count", **wish})

        assert (answer.status_code, answer.json()["code"]) == (status, code), wish
    assert (await staff.shop.stock.levels([MUG]))[MUG].on_hand == 10


async def test_a_product_that_was_never_counted_can_be_taken_in(staff: ApiShop) -> None:
    await staff.catalog.put(product(7, "Jar"), 0)

    answer = await staff.send(
        "POST", f"{STOCK}/adjustments", {"sku": "SKU-7", "quantity": 4, "note": "first", "reason": "receipt"}
    )

    assert (answer.status_code, answer.json()["available"]) == (201, 4)
    assert UNKNOWN not in answer.text
