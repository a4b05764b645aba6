"""Files in a bucket of S3: the object store of the cloud."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from vivamarket.adapters.aws.clients import Threads
from vivamarket.adapters.aws.outages import outages_told, status_of
from vivamarket.media.errors import ObjectNotFound
from vivamarket.media.model import check_key, check_prefix
from vivamarket.media.ports import PUT_MANY_MAX, StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ListObjectsV2OutputTypeDef

LIST_BATCH_MAX = 1_000
_NAME = "The shop's file store"


class S3ObjectStore:
    """Keep each object under its key in one bucket.

    S3 shows whole objects only, and a new one at once to every reader (Amazon S3 User Guide, "Amazon S3 data
    consistency model").
    """

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._threads = Threads("s3")

    async def put(self, key: str, data: bytes, *, content_type: str, cache_control: str = "") -> None:
        """Store one file; see the port."""
        check_key(key)
        await self._threads.run(lambda: self._put(key, data, content_type, cache_control))

    async def put_many(self, items: Sequence[tuple[str, bytes, str]], *, cache_control: str = "") -> None:
        """Store many files, several at a time; see the port."""
        if len(items) > PUT_MANY_MAX:
            raise ValueError(f"at most {PUT_MANY_MAX} files at once")
        for key, _, _ in items:
            check_key(key)
        await self._threads.run_all([functools.partial(self._put, *item, cache_control) for item in items])

    async def get(self, key: str) -> bytes:
        """Return the bytes; see the port."""
        check_key(key)
        return await self._threads.run(lambda: self._get(key))

    async def exists(self, key: str) -> bool:
        """Return whether the key is there."""
        check_key(key)
        return await self._threads.run(lambda: self._exists(key))

    async def delete(self, key: str) -> None:
        """Remove the file; see the port."""
        check_key(key)
        await self._threads.run(lambda: self._delete(key))

    async def list(self, prefix: str) -> AsyncIterator[StoredObject]:
        """Iterate in key order; see the port. Files written meanwhile may or may not appear."""
        check_prefix(prefix)
        after = ""
        while True:
            batch = await self._threads.run(functools.partial(self._list, prefix, after))
            for found in batch.get("Contents", []):
                after = found["Key"]
                yield StoredObject(after, found["Size"])
            if not batch["IsTruncated"]:
                return

    def close(self) -> None:
        """Wait for running calls and end the threads."""
        self._threads.close()

    def _put(self, key: str, data: bytes, content_type: str, cache_control: str) -> None:
        with outages_told(_NAME):
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=data, ContentType=content_type, CacheControl=cache_control
            )

    def _get(self, key: str) -> bytes:
        with outages_told(_NAME):
            try:
                return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            except self._client.exceptions.NoSuchKey:
                raise ObjectNotFound("There is no such file.", key=key) from None

    def _exists(self, key: str) -> bool:
        with outages_told(_NAME):
            try:
                self._client.head_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if status_of(error) == HTTPStatus.NOT_FOUND:
                    return False
                raise
            return True

    def _delete(self, key: str) -> None:
        with outages_told(_NAME):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def _list(self, prefix: str, after: str) -> ListObjectsV2OutputTypeDef:
        with outages_told(_NAME):
            return self._client.list_objects_v2(
                Bucket=self._bucket, Prefix=prefix, StartAfter=after, MaxKeys=LIST_BATCH_MAX
            )
