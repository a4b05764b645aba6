"""What only the object store in S3 has: headers, and lists that come in several answers."""

from __future__ import annotations

from tests.helpers.cloud import Cloud

from vivamarket.adapters.aws.objects import LIST_BATCH_MAX, S3ObjectStore


async def test_a_file_keeps_its_type_and_how_long_it_may_be_cached(cloud: Cloud) -> None:
    bucket = cloud.bucket()
    store = S3ObjectStore(cloud.s3, bucket)

    await store.put("a.html", b"<p>", content_type="text/html", cache_control="s-maxage=60")

    head = cloud.s3.head_object(Bucket=bucket, Key="a.html")
    assert (head["ContentType"], head["CacheControl"]) == ("text/html", "s-maxage=60")


async def test_a_long_list_comes_whole_and_in_order(cloud: Cloud) -> None:
    store = S3ObjectStore(cloud.s3, cloud.bucket())
    wanted = [f"pages/{number:04}.html" for number in range(LIST_BATCH_MAX + 1)]
    await store.put_many([(key, b"", "text/html") for key in wanted])

    assert [found.key async for found in store.list("pages/")] == wanted
