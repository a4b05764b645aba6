"""Between the API's shapes of the shop's own texts and the feature's."""

from __future__ import annotations

from vivamarket.api.schemas.staff_content import (
    ContentEdit,
    ContentWords,
    StaffContent,
    StaffContentVersion,
)
from vivamarket.content import ContentBody, ContentPage, ContentText, ContentVersion


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


def version_out(version: ContentVersion) -> StaffContentVersion:
    """Return what a page was at one version."""
    return StaffContentVersion(
        version=version.version,
        staff_id=version.staff_id,
        at=version.at,
        texts=_words(version.page.draft) if version.page is not None else {},
        removed=version.page is None,
    )


def _words(body: ContentBody) -> dict[str, ContentWords]:
    return {
        locale: ContentWords(text.title, text.slug, text.description, text.body)
        for locale, text in body.texts.items()
    }
