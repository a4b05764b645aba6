"""What the tables of DynamoDB do at their limits."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.stub import Stubber
from tests.helpers.catalog import CountedIds, StillClock
from tests.helpers.cloud import Cloud

from vivamarket.adapters.aws.clients import AwsAccess, Emulator
from vivamarket.adapters.aws.dynamo import (
    BATCH_WRITE_MAX,
    TRANSACTION_MAX,
    ConditionFailed,
    Items,
    delete,
    put,
)
from vivamarket.adapters.aws.tables import PREFERENCES
from vivamarket.kernel.errors import Unavailable

KEYS = [("a", f"{number:03}") for number in range(BATCH_WRITE_MAX + 1)]


@pytest.fixture
def items(cloud: Cloud) -> Items:
    return cloud.table(PREFERENCES)


async def sort_keys(items: Items, pk: str = "a", prefix: str = "", **how: Any) -> list[str]:
    return [item["sk"] async for item in items.query(pk, prefix, **({"limit": 100} | how))]


async def test_values_come_back_as_they_were(items: Items) -> None:
    item = {
        "pk": "a",
        "sk": "b",
        "text": "ñ",
        "number": 7,
        "bytes": b"\0\xff",
        "none": None,
        "list": ["x", True],
    }

    await items.put(item)

    assert await items.get("a", "b") == item
    assert await items.get("a", "c") is None


async def test_all_writes_happen_or_none(items: Items) -> None:
    await items.write([put({"pk": "a", "sk": "1"}), put({"pk": "a", "sk": "2"})])

    with pytest.raises(ConditionFailed):
        await items.write(
            [
                delete(("a", "1")),
                put({"pk": "a", "sk": "2"}, "attribute_not_exists(pk)"),
                put({"pk": "a", "sk": "3"}),
            ]
        )

    assert await sort_keys(items) == ["1", "2"]


async def test_a_partition_is_read_by_prefix_from_both_ends_and_to_a_limit(items: Items) -> None:
    for sk in ("b#1", "a#1", "a#3", "a#2"):
        await items.put({"pk": "a", "sk": sk})

    assert await sort_keys(items) == ["a#1", "a#2", "a#3", "b#1"]
    assert await sort_keys(items, prefix="a#") == ["a#1", "a#2", "a#3"]
    assert await sort_keys(items, prefix="a#", backwards=True, limit=2) == ["a#3", "a#2"]


async def test_more_items_than_one_batch_are_removed(items: Items) -> None:
    for pk, sk in KEYS:
        await items.put({"pk": pk, "sk": sk})

    await items.delete_all([*KEYS, KEYS[0], ("nothing", "there")])

    assert await sort_keys(items) == []


async def test_what_a_batch_left_out_is_asked_for_again_until_it_is_too_often() -> None:
    client = AwsAccess("eu-central-1", Emulator("http://127.0.0.1:9")).dynamodb()
    left = {"preferences": [{"DeleteRequest": {"Key": {"pk": {"S": "a"}, "sk": {"S": "1"}}}}]}
    store = Items(client, "preferences", clock=StillClock(), ids=CountedIds())
    with Stubber(client) as answers:
        answers.add_response("batch_write_item", {"UnprocessedItems": left}, {"RequestItems": left})
        answers.add_response("batch_write_item", {"UnprocessedItems": {}}, {"RequestItems": left})
        await store.delete_all([("a", "1")])

        for _ in range(8):
            answers.add_response("batch_write_item", {"UnprocessedItems": left}, {"RequestItems": left})
        with pytest.raises(Unavailable):
            await store.delete_all([("a", "1")])
        answers.assert_no_pending_responses()


async def test_a_transaction_has_a_limit(items: Items) -> None:
    with pytest.raises(ValueError, match="at most"):
        await items.write([delete(("a", "1"))] * (TRANSACTION_MAX + 1))
