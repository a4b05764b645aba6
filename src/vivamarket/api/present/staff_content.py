"""Between the API's shapes of the shop's own texts and the feature's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vivamarket.api.schemas.staff_content import (
    ContentEdit,
    ContentWords,
    StaffContent,
    StaffContentAt,
    StaffContentVersion,
)
from vivamarket.content import ContentBody, ContentPage, ContentText, ContentVersion
from vivamarket.kernel.ids import StaffId


def body_of(edit: ContentEdit) -> ContentBody:
    """Return the draft that was sent."""
    texts = {
        locale: ContentText(
            title=words.title.strip(),
            slug=words.slug.strip(),
            description=words.description.strip(),
            body=words.body,
        )
        for locale, words in edit.texts.items()
    }
    return ContentBody(texts=texts, in_footer=edit.in_footer, position=edit.position)


def content_out(page: ContentPage) -> StaffContent:
    """Return a page as staff read it."""
    status = "draft"
    if page.published is not None:
        status = "changed" if page.is_changed else "published"
    shown = page.published.texts if page.published is not None else {}
    return StaffContent(
        id=page.key,
        version=page.version,
        texts=_words(page.draft),
        in_footer=page.draft.in_footer,
        position=page.draft.position,
        status=status,
        updated_at=page.updated_at,
        published_at=page.published_at,
        addresses={locale: f"/{locale}/info/{text.slug}/" for locale, text in shown.items()},
    )


def versions_out(
    versions: Sequence[ContentVersion], names: Mapping[StaffId, str]
) -> tuple[StaffContentVersion, ...]:
    """Return what made each version, newest first; ``names`` are those of the staff."""
    earlier = [*versions[1:], None]
    return tuple(
        StaffContentVersion(
            version=each.version,
            step=each.step_from(before),
            author="" if each.staff_id is None else names.get(each.staff_id, each.staff_id),
            at=each.at,
            locales=tuple(each.page.draft.texts) if each.page is not None else (),
        )
        for each, before in zip(versions, earlier, strict=True)
    )


def version_at(version: ContentVersion) -> StaffContentAt:
    """Return the draft as it was at one version."""
    draft = version.page.draft if version.page is not None else ContentBody(texts={})
    return StaffContentAt(
        version=version.version,
        at=version.at,
        texts=_words(draft),
        in_footer=draft.in_footer,
        position=draft.position,
    )


def _words(body: ContentBody) -> dict[str, ContentWords]:
    return {
        locale: ContentWords(text.title, text.slug, text.description, text.body)
        for locale, text in body.texts.items()
    }
