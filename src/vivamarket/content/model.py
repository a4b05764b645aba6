"""Content pages as pure values. A page has a draft, and what of it is published."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from vivamarket.content.errors import BadContent, ContentSlugTaken, TooManyPages
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import StaffId

#: All of them stand in one answer, and those in the footer on every page.
PAGES_MAX = 100
TITLE_LENGTH_MAX = 120
SLUG_LENGTH_MAX = 80
DESCRIPTION_LENGTH_MAX = 300
#: About eight printed pages in one language.
BODY_LENGTH_MAX = 30_000
POSITION_MAX = 1_000
#: Addresses that lead on to the present one, for each language; the oldest are forgotten first.
FORMER_SLUGS_MAX = 20
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentText:
    """A page's words in one language. ``body`` is Markdown."""

    title: str
    slug: str
    description: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentBody:
    """All that staff decides about a page: its words by language, and its place in the footer."""

    texts: Mapping[str, ContentText]
    in_footer: bool = True
    #: Pages stand in this order, then by key.
    position: int = 0

    def text(self, locale: str) -> ContentText:
        """Return the words in that language, else in the first one the page has."""
        return self.texts.get(locale) or next(iter(self.texts.values()))

    def slugs(self) -> frozenset[str]:
        """Return its slugs in all languages."""
        return frozenset(text.slug for text in self.texts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentPage:
    """One page at one version. ``key`` names it for good; version 0 has never been kept."""

    key: str
    version: int
    draft: ContentBody
    #: None: shoppers do not see the page.
    published: ContentBody | None = None
    #: Slugs the page had while it was published, newest first, by language.
    former_slugs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    updated_at: datetime
    published_at: datetime | None = None

    @property
    def is_changed(self) -> bool:
        """Return whether the draft differs from what shoppers see."""
        return self.draft != self.published

    def slugs(self) -> frozenset[str]:
        """Return the slugs that no other page may have."""
        return self.draft.slugs() | (self.published.slugs() if self.published else frozenset())

    def with_draft(self, draft: ContentBody, now: datetime) -> ContentPage:
        """Return the page with another draft; what is published stays."""
        return replace(self, draft=draft, updated_at=now)

    def with_draft_published(self, now: datetime) -> ContentPage:
        """Return the page as its draft says; slugs that it had lead on from now on."""
        before = self.published.texts if self.published else {}
        former = {
            locale: _remembered(self.former_slugs.get(locale, ()), before.get(locale), text)
            for locale, text in self.draft.texts.items()
        }
        return replace(self, published=self.draft, former_slugs=former, published_at=now, updated_at=now)

    def withdrawn(self, now: datetime) -> ContentPage:
        """Return the page that shoppers no longer see."""
        return replace(self, published=None, published_at=None, updated_at=now)


class Step(StrEnum):
    """What made a version of a page."""

    SAVED = "saved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentVersion:
    """The page as it was at one version, who made it so and when. ``page`` is None once it was removed."""

    version: int
    staff_id: StaffId | None
    at: datetime
    page: ContentPage | None

    def step_from(self, before: ContentVersion | None) -> Step:
        """Return what was done to the version before; None when that is not known."""
        if self.page is None:
            return Step.REMOVED
        if before is None:
            is_fresh = self.page.published_at == self.page.updated_at
            return Step.PUBLISHED if is_fresh else Step.SAVED
        shown_before = before.page.published if before.page is not None else None
        if self.page.published == shown_before:
            return Step.SAVED
        return Step.WITHDRAWN if self.page.published is None else Step.PUBLISHED


def check_key(key: str) -> str:
    """Return the key; raise ``BadContent`` unless it is small letters, digits and single hyphens."""
    if len(key) > SLUG_LENGTH_MAX or not _NAME.fullmatch(key):
        raise BadContent("A key is small letters, digits and single hyphens.", problems={"key": "form"})
    return key


def check_body(body: ContentBody, *, locales: tuple[str, ...]) -> ContentBody:
    """Return the body; raise ``BadContent`` with every problem at once.

    The shop's first language is needed; a language that the shop does not speak is refused.
    """
    problems = dict(_problems(body, locales))
    if problems:
        raise BadContent(f"Please correct: {', '.join(sorted(problems))}.", problems=problems)
    return body


def check_put(page: ContentPage, stored: ContentPage | None, others: Sequence[ContentPage]) -> None:
    """Check a write against the page as it is stored and all others, under the store's lock.

    Raise ``StaleVersion``, ``ContentSlugTaken``, ``TooManyPages``.
    """
    if (stored.version if stored else 0) != page.version:
        raise StaleVersion("This page was changed elsewhere. Read it again.")
    for other in others:
        taken = other.slugs() & page.slugs()
        if taken:
            raise ContentSlugTaken("Another page has this address.", key=other.key, slug=min(taken))
    if stored is None and len(others) >= PAGES_MAX:
        raise TooManyPages(f"A shop has at most {PAGES_MAX} content pages.", pages_max=PAGES_MAX)


def _problems(body: ContentBody, locales: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if locales[0] not in body.texts:
        yield f"texts.{locales[0]}", "required"
    if not 0 <= body.position <= POSITION_MAX:
        yield "position", "range"
    for locale, text in body.texts.items():
        if locale not in locales:
            yield f"texts.{locale}", "unknown_locale"
        if not text.title.strip():
            yield f"texts.{locale}.title", "required"
        if not _NAME.fullmatch(text.slug):
            yield f"texts.{locale}.slug", "form"
        for name, value, length_max in (
            ("title", text.title, TITLE_LENGTH_MAX),
            ("slug", text.slug, SLUG_LENGTH_MAX),
            ("description", text.description, DESCRIPTION_LENGTH_MAX),
            ("body", text.body, BODY_LENGTH_MAX),
        ):
            if len(value) > length_max:
                yield f"texts.{locale}.{name}", "too_long"


def _remembered(former: tuple[str, ...], before: ContentText | None, now: ContentText) -> tuple[str, ...]:
    known = (before.slug, *former) if before is not None else former
    return tuple(slug for slug in dict.fromkeys(known) if slug != now.slug)[:FORMER_SLUGS_MAX]
