"""One table of DynamoDB: items as plain values, conditions told as an error of their own."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from vivamarket.adapters.aws.clients import Threads
from vivamarket.adapters.aws.outages import code_of, outages_told
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.ids import IdSource
from vivamarket.kernel.retries import jittered

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef, WriteRequestTypeDef

T = TypeVar("T")
#: ``pk``, ``sk`` and what else the item holds: texts, whole numbers, bytes, booleans, None, lists of them.
Item: TypeAlias = Mapping[str, Any]

#: ``pk`` and ``sk``.
Key: TypeAlias = tuple[str, str]
#: One write of a transaction, for a table by name.
ItemWrite: TypeAlias = "Callable[[str], TransactWriteItemTypeDef]"

#: Limits of the service: one ``BatchWriteItem``, one ``BatchGetItem``, one ``TransactWriteItems``.
BATCH_WRITE_MAX = 25
BATCH_READ_MAX = 100
TRANSACTION_MAX = 100
#: A batch may leave out what was too much at once; this often it is asked again, by then after seconds.
BATCH_ATTEMPTS_MAX = 8
BATCH_PAUSE_SECONDS = 0.05
_NAME = "The shop's table store"
_REFUSED = {"ConditionalCheckFailed", "TransactionConflict"}


class ConditionFailed(Exception):
    """The item is not as the write expected it, or somebody else is writing it; nothing was written."""


class Items:
    """The items of one table. Every read is consistent: it sees each write that was answered before."""

    def __init__(self, client: DynamoDBClient, table: str, *, clock: Clock, ids: IdSource) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._ids = ids
        self._threads = Threads("dynamodb")

    async def get(self, pk: str, sk: str) -> Item | None:
        """Return the item; None when there is none."""
        answer = await self._run(
            lambda: self._client.get_item(
                TableName=self._table, Key=_packed({"pk": pk, "sk": sk}), ConsistentRead=True
            )
        )
        return _unpacked(answer["Item"]) if "Item" in answer else None

    async def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """Return the items that are there, by their keys."""
        wanted: list[Any] = [_packed({"pk": pk, "sk": sk}) for pk, sk in dict.fromkeys(keys)]
        found: dict[Key, Item] = {}
        for start in range(0, len(wanted), BATCH_READ_MAX):
            left: Mapping[str, Any] = {
                self._table: {"Keys": wanted[start : start + BATCH_READ_MAX], "ConsistentRead": True}
            }
            for attempt in range(BATCH_ATTEMPTS_MAX):
                call = functools.partial(self._client.batch_get_item, RequestItems=left)
                answer = await self._run(call)
                items = map(_unpacked, answer["Responses"].get(self._table, ()))
                found |= {(item["pk"], item["sk"]): item for item in items}
                left = answer["UnprocessedKeys"]
                if not left:
                    break
                await self._pause(attempt)
            else:
                raise _busy()
        return found

    async def put(self, item: Item, condition: str = "", **values: Any) -> None:
        """Write the item in place of the one with its keys.

        ``condition`` is an expression over that one, ``values`` what stands in it as ``:name``. Raise
        ``ConditionFailed``.
        """
        await self.write([put(item, condition, **values)])

    async def write(self, writes: Sequence[ItemWrite]) -> None:
        """Make all of the writes (``put``, ``delete``, …) or none. Raise ``ConditionFailed``."""
        if len(writes) > TRANSACTION_MAX:
            raise ValueError(f"at most {TRANSACTION_MAX} writes at once")
        asked = [write(self._table) for write in writes]
        try:
            await self._run(lambda: self._client.transact_write_items(TransactItems=asked))
        except ClientError as error:
            if code_of(error) != "TransactionCanceledException":
                raise
            reasons = {each.get("Code") for each in error.response.get("CancellationReasons", [])}
            if reasons & _REFUSED:
                raise ConditionFailed from None
            raise _busy() from error

    async def delete_all(self, keys: Sequence[Key]) -> None:
        """Remove the items under these keys; one that is not there is fine."""
        requests: list[WriteRequestTypeDef] = [
            {"DeleteRequest": {"Key": _packed({"pk": pk, "sk": sk})}} for pk, sk in dict.fromkeys(keys)
        ]
        for start in range(0, len(requests), BATCH_WRITE_MAX):
            await self._write_batch(requests[start : start + BATCH_WRITE_MAX])

    async def query(
        self, pk: str, prefix: str = "", *, after: str = "", limit: int, backwards: bool = False
    ) -> AsyncIterator[Item]:
        """Iterate over at most ``limit`` items of the partition in the order of their ``sk``.

        Either those whose ``sk`` begins with ``prefix``, or those that come ``after`` one in that order.
        """
        condition, values = _range(pk, prefix, after, backwards=backwards)
        asked: dict[str, Any] = {
            "TableName": self._table,
            "ConsistentRead": True,
            "ScanIndexForward": not backwards,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": _packed(values),
        }
        while limit > 0:
            call = functools.partial(self._client.query, **asked, Limit=limit)
            answer = await self._run(call)
            for item in answer["Items"]:
                yield _unpacked(item)
            limit -= len(answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    async def count(self, pk: str) -> int:
        """Return how many items the partition has; costs a pass over them."""
        asked: dict[str, Any] = {
            "TableName": self._table,
            "ConsistentRead": True,
            "Select": "COUNT",
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": _packed({":pk": pk}),
        }
        total = 0
        while True:
            answer = await self._run(functools.partial(self._client.query, **asked))
            total += answer["Count"]
            if "LastEvaluatedKey" not in answer:
                return total
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def close(self) -> None:
        """Wait for running calls and end the threads."""
        self._threads.close()

    async def _write_batch(self, requests: Sequence[WriteRequestTypeDef]) -> None:
        left: Mapping[str, Any] = {self._table: requests}
        for attempt in range(BATCH_ATTEMPTS_MAX):
            call = functools.partial(self._client.batch_write_item, RequestItems=left)
            left = (await self._run(call))["UnprocessedItems"]
            if not left:
                return
            await self._pause(attempt)
        raise _busy()

    async def _pause(self, attempt: int) -> None:
        await self._clock.sleep(jittered(BATCH_PAUSE_SECONDS * 2.0**attempt, self._ids))

    async def _run(self, call: Callable[[], T]) -> T:
        with outages_told(_NAME):
            return await self._threads.run(call)


def put(item: Item, condition: str = "", **values: Any) -> ItemWrite:
    """Return the write that puts the item; see ``Items.put``."""
    return _write("Put", {"Item": _packed(item)}, condition, values)


def delete(key: Key, condition: str = "", **values: Any) -> ItemWrite:
    """Return the write that removes the item; without a condition one that is not there is fine."""
    return _write("Delete", {"Key": _key(key)}, condition, values)


def check(key: Key, condition: str, **values: Any) -> ItemWrite:
    """Return the write that changes nothing, and lets the others happen only when the condition holds."""
    return _write("ConditionCheck", {"Key": _key(key)}, condition, values)


def add(key: Key, attribute: str) -> ItemWrite:
    """Return the write that counts the number up by one, from nothing too."""
    return _write("Update", {"Key": _key(key), "UpdateExpression": f"ADD {attribute} :one"}, "", {"one": 1})


def _write(kind: str, asked: dict[str, Any], condition: str, values: Mapping[str, Any]) -> ItemWrite:
    if condition:
        asked["ConditionExpression"] = condition
    if values:
        asked["ExpressionAttributeValues"] = _packed({f":{name}": each for name, each in values.items()})
    return lambda table: {kind: {"TableName": table, **asked}}  # type: ignore[misc]  # a kind is a key of it


def _range(pk: str, prefix: str, after: str, *, backwards: bool) -> tuple[str, dict[str, str]]:
    if prefix:
        return "pk = :pk AND begins_with(sk, :prefix)", {":pk": pk, ":prefix": prefix}
    if after:
        return f"pk = :pk AND sk {'<' if backwards else '>'} :after", {":pk": pk, ":after": after}
    return "pk = :pk", {":pk": pk}


def _busy() -> Unavailable:
    return Unavailable(f"{_NAME} is busy; try again shortly.")


def _key(key: Key) -> dict[str, Any]:
    return _packed({"pk": key[0], "sk": key[1]})


def _packed(values: Item) -> dict[str, Any]:
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in values.items()}


def _unpacked(values: Mapping[str, Any]) -> Item:
    deserialize = TypeDeserializer().deserialize
    found = {name: deserialize(value) for name, value in values.items()}
    return {name: each.__bytes__() if isinstance(each, Binary) else each for name, each in found.items()}
