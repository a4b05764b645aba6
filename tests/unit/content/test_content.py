from __future__ import annotations

from dataclasses import replace

import pytest
from tests.helpers.catalog import NOON, StillClock

from vivamarket.adapters.memory.content import MemoryContentStore
from vivamarket.content import BadContent, ContentBody, ContentPage, ContentService, ContentText
from vivamarket.content.markdown import rendered
from vivamarket.content.service import FirstPage
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import StaffId

SAM = StaffId("sam")
ENGLISH = ContentText(title="Delivery", slug="delivery", body="# When\n\nSoon.")
SPANISH = ContentText(title="Envíos", slug="envios")
BODY = ContentBody(texts={"en": ENGLISH, "es": SPANISH})


@pytest.fixture
def service() -> ContentService:
    clock = StillClock()
    return ContentService(store=MemoryContentStore(clock), clock=clock, locales=("en", "es"))


def page(body: ContentBody = BODY) -> ContentPage:
    return ContentPage(key="shipping", version=1, draft=body, updated_at=NOON)


def with_slug(body: ContentBody, slug: str) -> ContentBody:
    return replace(body, texts={**body.texts, "en": replace(body.texts["en"], slug=slug)})


async def test_a_draft_changes_nothing_that_shoppers_see(service: ContentService) -> None:
    first = await service.save("shipping", BODY, 0, SAM)
    shown = await service.publish("shipping", first.version, SAM)

    edited = await service.save("shipping", with_slug(BODY, "post"), shown.version, SAM)

    assert edited.published == BODY
    assert edited.is_changed
    assert not (await service.publish("shipping", edited.version, SAM)).is_changed


def test_former_slugs_lead_on_once_they_were_published() -> None:
    shown = page().with_draft_published(NOON)
    never_shown = shown.with_draft(with_slug(BODY, "typo"), NOON)

    again = never_shown.with_draft(with_slug(BODY, "post"), NOON).with_draft_published(NOON)

    assert again.former_slugs == {"en": ("delivery",), "es": ()}


def test_a_slug_that_comes_back_leads_nowhere_else() -> None:
    renamed = page().with_draft_published(NOON).with_draft(with_slug(BODY, "post"), NOON)
    back = renamed.with_draft_published(NOON).with_draft(BODY, NOON).with_draft_published(NOON)

    assert back.former_slugs["en"] == ("post",)


async def test_a_withdrawn_page_keeps_its_draft(service: ContentService) -> None:
    first = await service.save("shipping", BODY, 0, SAM)
    shown = await service.publish("shipping", first.version, SAM)

    hidden = await service.withdraw("shipping", shown.version, SAM)

    assert hidden.published is None
    assert hidden.draft == BODY


async def test_all_problems_are_told_at_once(service: ContentService) -> None:
    bad = ContentBody(texts={"fr": ContentText(title=" ", slug="Not a slug")}, position=-1)

    with pytest.raises(BadContent) as refused:
        await service.save("shipping", bad, 0, SAM)

    assert refused.value.fields["problems"] == {
        "texts.en": "required",
        "position": "range",
        "texts.fr": "unknown_locale",
        "texts.fr.title": "required",
        "texts.fr.slug": "form",
    }


@pytest.mark.parametrize("key", ["", "About", "a--b", "a/b", "a" * 200])
async def test_a_key_has_one_form(service: ContentService, key: str) -> None:
    with pytest.raises(BadContent):
        await service.save(key, BODY, 0, SAM)


async def test_a_stale_publication_is_refused(service: ContentService) -> None:
    first = await service.save("shipping", BODY, 0, SAM)
    await service.save("shipping", BODY, first.version, SAM)

    with pytest.raises(StaleVersion):
        await service.publish("shipping", first.version, SAM)


async def test_first_pages_are_made_once_and_stay_removed(service: ContentService) -> None:
    first = [FirstPage("shipping", BODY)]

    assert await service.ensure(first) == 1
    assert await service.ensure(first) == 0
    (made,) = await service.all()
    assert made.published == BODY
    await service.remove("shipping", made.version, SAM)

    assert await service.ensure(first) == 0
    assert await service.all() == ()


def test_the_texts_headings_stand_below_the_pages_own() -> None:
    assert rendered("# One\n\n###### Six") == "<h2>One</h2>\n<h6>Six</h6>\n"


def test_tables_lists_and_links_are_written() -> None:
    html = rendered("| a | b |\n|---|---|\n| 1 | 2 |\n\n- [home](/en/)")

    assert "<td>2</td>" in html
    assert '<li><a href="/en/">home</a></li>' in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "[click](JaVaScRiPt:alert(1))",
        "[click](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](vbscript:x)",
        '[x](/ "onmouseover=alert(1) x=")',
        "`<b onclick=x>`",
        "[x]: javascript:alert(1)\n[x]",
    ],
)
def test_nothing_that_runs_comes_out(hostile: str) -> None:
    html = rendered(hostile)

    tags = [piece.split(">", 1)[0].lower() for piece in html.split("<")[1:]]
    assert not any(tag.startswith(("script", "img")) for tag in tags)
    assert not any(" on" in tag.split('title="')[0] or "javascript:" in tag for tag in tags)
