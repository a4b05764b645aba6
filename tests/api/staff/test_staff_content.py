"""The shop's own texts over the staff's API."""

from __future__ import annotations

import pytest
from tests.helpers.api import ApiShop
from tests.helpers.content_recipes import CONTENT, edit, made


@pytest.fixture
async def staff(api: ApiShop) -> ApiShop:
    await api.sign_in()
    return api


async def test_a_page_is_drafted_published_edited_and_withdrawn(staff: ApiShop) -> None:
    path = await made(staff, "jobs")

    drafted = (await staff.get(path)).json()
    shown = (await staff.send("POST", f"{path}/publish", {"version": 1})).json()
    edited = (await staff.send("PUT", path, edit("work", 2))).json()
    hidden = (await staff.send("POST", f"{path}/withdraw", {"version": 3})).json()

    assert [each["status"] for each in (drafted, shown, edited, hidden)] == [
        "draft",
        "published",
        "changed",
        "draft",
    ]
    assert drafted["addresses"] == {}
    assert shown["addresses"] == edited["addresses"] == {"en": "/en/info/jobs/"}


async def test_the_list_stands_in_the_order_of_the_footer(staff: ApiShop) -> None:
    for key, position in (("last", 30), ("first", 10), ("middle", 20)):
        await staff.send("PUT", f"{CONTENT}/{key}", edit(key, position=position))

    listed = (await staff.get(CONTENT)).json()["items"]

    assert [page["id"] for page in listed] == ["first", "middle", "last"]


async def test_refusals_say_what_to_do(staff: ApiShop) -> None:
    path = await made(staff, "jobs")

    stale = await staff.send("PUT", path, edit("work", 9))
    taken = await staff.send("PUT", f"{CONTENT}/careers", edit("jobs"))
    bad = await staff.send(
        "PUT", f"{CONTENT}/careers", {"version": 0, "texts": {"xx": {"title": "", "slug": "A"}}}
    )
    missing = await staff.get(f"{CONTENT}/nothing")

    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert (taken.status_code, taken.json()["code"]) == (409, "content_slug_taken")
    assert (bad.status_code, bad.json()["code"]) == (400, "bad_content")
    assert bad.json()["problems"]["texts.en"] == "required"
    assert (missing.status_code, missing.json()["code"]) == (404, "content_not_found")


async def test_every_version_is_told_with_what_made_it_and_who(staff: ApiShop) -> None:
    path = await made(staff, "jobs")
    await staff.send("POST", f"{path}/publish", {"version": 1})
    await staff.send("PUT", path, edit("work", 2))
    await staff.send("POST", f"{path}/withdraw", {"version": 3})
    await staff.send("DELETE", f"{path}?version=4")

    versions = (await staff.get(f"{path}/versions")).json()["items"]

    assert [(each["version"], each["step"]) for each in versions] == [
        (5, "removed"),
        (4, "withdrawn"),
        (3, "saved"),
        (2, "published"),
        (1, "saved"),
    ]
    assert {each["author"] for each in versions} == {"Sam"}
    assert (versions[0]["locales"], versions[1]["locales"]) == ([], ["en"])


async def test_an_earlier_version_is_looked_at_and_brought_back_as_a_draft(staff: ApiShop) -> None:
    path = await made(staff, "jobs")
    await staff.send("POST", f"{path}/publish", {"version": 1})
    await staff.send("PUT", path, edit("work", 2))

    first = (await staff.get(f"{path}/versions/1")).json()
    wish = {name: first[name] for name in ("texts", "in_footer", "position")}
    back = (await staff.send("PUT", path, {**wish, "version": 3})).json()

    assert first["texts"]["en"]["slug"] == "jobs"
    assert (back["version"], back["status"], back["texts"]) == (4, "published", first["texts"])
    for unknown in ("9", "0", "x", "9999999999"):
        refused = await staff.get(f"{path}/versions/{unknown}")
        assert (refused.status_code, refused.json()["code"]) == (404, "content_not_found")


async def test_a_preview_shows_markdown_and_runs_nothing(staff: ApiShop) -> None:
    answer = await staff.send("POST", f"{CONTENT}-preview", {"body": "# Hi\n\n<script>x</script>"})

    assert answer.json() == {"html": "<h2>Hi</h2>\n<p>&lt;script&gt;x&lt;/script&gt;</p>\n"}
