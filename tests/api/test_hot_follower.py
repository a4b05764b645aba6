from dataclasses import replace

from tests.helpers.api import CUPS, ApiShop, mug

from vivamarket.catalog.model import Text


def renamed(title: str) -> dict[str, Text]:
    return {**mug().texts, "en": Text(title, "blue-mug")}


async def title(api: ApiShop) -> str:
    found: str = (await api.get("/api/v1/products/blue-mug")).json()["title"]
    return found


async def test_a_changed_product_is_shown_as_soon_as_the_feed_is_followed(api: ApiShop) -> None:
    await api.follower.follow()
    before = await title(api)
    await api.shop.catalog.put(replace(mug(), texts=renamed("Sea Mug")), 1)

    kept = await title(api)
    await api.follower.follow()
    after = await title(api)

    assert (before, kept, after) == ("Blue Mug", "Blue Mug", "Sea Mug")


async def test_a_renamed_category_changes_lists_and_breadcrumbs(api: ApiShop) -> None:
    await api.follower.follow()
    await title(api)
    stored = next(each for each in await api.catalog.categories() if each.id == CUPS.id)
    texts = {"en": Text("Mugs", "mugs")}
    await api.shop.catalog.put_category(replace(stored, texts=texts), stored.version)

    await api.follower.follow()

    crumbs = (await api.get("/api/v1/products/blue-mug")).json()["breadcrumb"]
    listed = await api.get("/api/v1/products", params={"category": "mugs"})
    assert [crumb["title"] for crumb in crumbs] == ["Kitchen", "Mugs"]
    assert len(listed.json()["items"]) == 1


async def test_a_new_state_of_the_index_drops_search_answers(api: ApiShop) -> None:
    async def total(q: str) -> int:
        count: int = (await api.get("/api/v1/search", params={"q": q})).json()["total"]
        return count

    assert await total("saucer") == 0
    await api.shop.catalog.put(replace(mug(), texts=renamed("Saucer")), 1)
    await api.index(refresh=False)
    assert await total("saucer") == 0, "kept until the follower looks"

    api.follower.look_at_search()

    assert await total("saucer") == 1


async def test_after_a_gap_nothing_kept_is_trusted(api: ApiShop) -> None:
    await api.follower.follow()
    await title(api)
    await api.shop.catalog.put(replace(mug(), texts=renamed("Sea Mug")), 1)

    api.follower.reset()

    assert await title(api) == "Sea Mug"
