"""One table of DynamoDB: items as plain values, conditions told as an error of their own."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
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

#: Limits of the service: one ``BatchWriteItem``, one ``TransactWriteItems``.
BATCH_WRITE_MAX = 25
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

    async def put(self, item: Item, condition: str = "", **values: Any) -> None:
        """Write the item in place of the one with its keys.

        ``condition`` is an expression over that one, ``values`` what stands in it as ``:name``. Raise
        ``ConditionFailed``.
        """
        await self.write([put(item, condition, **values)])

    async def write(self, writes: Sequence[Callable[[str], TransactWriteItemTypeDef]]) -> None:
        """Make all of the writes (``put``, ``delete``) or none. Raise ``ConditionFailed``."""
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
            raise Unavailable(f"{_NAME} is busy; try again shortly.") from error

    async def delete_all(self, keys: Sequence[tuple[str, str]]) -> None:
        """Remove the items under these keys; one that is not there is fine."""
        requests: list[WriteRequestTypeDef] = [
            {"DeleteRequest": {"Key": _packed({"pk": pk, "sk": sk})}} for pk, sk in dict.fromkeys(keys)
        ]
        for start in range(0, len(requests), BATCH_WRITE_MAX):
            await self._write_batch(requests[start : start + BATCH_WRITE_MAX])

    async def query(
        self, pk: str, prefix: str = "", *, limit: int, backwards: bool = False
    ) -> AsyncIterator[Item]:
        """Iterate over at most ``limit`` items of the partition whose ``sk`` begins so, in its order."""
        asked: dict[str, Any] = {
            "TableName": self._table,
            "ConsistentRead": True,
            "ScanIndexForward": not backwards,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)" if prefix else "pk = :pk",
            "ExpressionAttributeValues": _packed({":pk": pk, ":prefix": prefix} if prefix else {":pk": pk}),
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
            await self._clock.sleep(jittered(BATCH_PAUSE_SECONDS * 2.0**attempt, self._ids))
        raise Unavailable(f"{_NAME} is busy; try again shortly.")

    async def _run(self, call: Callable[[], T]) -> T:
        with outages_told(_NAME):
            return await self._threads.run(call)


def put(item: Item, condition: str = "", **values: Any) -> Callable[[str], TransactWriteItemTypeDef]:
    """Return the write that puts the item; see ``Items.put``."""

    def write(table: str) -> TransactWriteItemTypeDef:
        asked: dict[str, Any] = {"TableName": table, "Item": _packed(item)}
        if condition:
            asked["ConditionExpression"] = condition
        if values:
            asked["ExpressionAttributeValues"] = _packed({f":{name}": each for name, each in values.items()})
        return {"Put": asked}  # type: ignore[typeddict-item]  # its optional parts come one by one

    return write


def delete(pk: str, sk: str) -> Callable[[str], TransactWriteItemTypeDef]:
    """Return the write that removes the item; one that is not there is fine."""
    return lambda table: {"Delete": {"TableName": table, "Key": _packed({"pk": pk, "sk": sk})}}


def _packed(values: Item) -> dict[str, Any]:
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in values.items()}


def _unpacked(values: Mapping[str, Any]) -> Item:
    deserialize = TypeDeserializer().deserialize
    found = {name: deserialize(value) for name, value in values.items()}
    return {name: each.__bytes__() if isinstance(each, Binary) else each for name, each in found.items()}
