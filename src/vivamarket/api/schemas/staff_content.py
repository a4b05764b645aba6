"""The shop's own texts as staff read and write them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.content.model import (
    BODY_LENGTH_MAX,
    DESCRIPTION_LENGTH_MAX,
    POSITION_MAX,
    SLUG_LENGTH_MAX,
    TITLE_LENGTH_MAX,
    Step,
)

_Locale = Annotated[str, Meta(min_length=2, max_length=16)]
#: Control characters but for tab and line ends have no place in a text.
_Text = Annotated[str, Meta(pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*\Z")]
_Body = Annotated[
    _Text, Meta(max_length=BODY_LENGTH_MAX, description="Markdown; HTML in it is shown as text.")
]


class ContentWords(Struct, frozen=True, forbid_unknown_fields=True):
    """A page's words in one language."""

    title: Annotated[_Text, Meta(max_length=TITLE_LENGTH_MAX)]
    slug: Annotated[str, Meta(max_length=SLUG_LENGTH_MAX, description="Small letters, digits, hyphens.")]
    description: Annotated[_Text, Meta(max_length=DESCRIPTION_LENGTH_MAX)] = ""
    body: _Body = ""


class ContentEdit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The draft as it shall be, over the version that was read (0: a new page)."""

    version: Annotated[int, Meta(ge=0, description="With another one now, 409 `stale_version`: read again.")]
    texts: dict[_Locale, ContentWords]
    in_footer: bool = True
    position: Annotated[int, Meta(ge=0, le=POSITION_MAX, description="Its place in the footer.")] = 0


class ContentAt(Struct, frozen=True, forbid_unknown_fields=True):
    """The version that was read."""

    version: Annotated[int, Meta(ge=1)]


class StaffContent(Struct, frozen=True, kw_only=True):
    """A page: its draft, and whether shoppers see it."""

    id: Annotated[str, Meta(description="The page's key; it never changes.")]
    version: int
    texts: dict[str, ContentWords]
    in_footer: bool
    position: int
    status: Annotated[
        str, Meta(description="`draft`, `published`, or `changed`: published, and edited since.")
    ]
    updated_at: datetime
    published_at: datetime | None
    addresses: Annotated[
        dict[str, str], Meta(description="Where shoppers find it, by language; empty: nowhere.")
    ]


class StaffContents(Struct, frozen=True):
    """All pages in the order of the footer, at most 100."""

    items: tuple[StaffContent, ...]


class StaffContentVersion(Struct, frozen=True, kw_only=True):
    """What made one version of a page, who did and when."""

    version: int
    step: Step
    author: Annotated[str, Meta(description="Their name, else their id; empty: the shop itself.")]
    at: datetime
    locales: Annotated[tuple[str, ...], Meta(description="The languages its draft had words in.")]


class StaffContentAt(Struct, frozen=True, kw_only=True):
    """The draft as it was at one version; `texts` is empty where the page was removed."""

    version: int
    at: datetime
    texts: dict[str, ContentWords]
    in_footer: bool
    position: int


class StaffContentVersions(Struct, frozen=True):
    """The newest versions, newest first, at most 100."""

    items: tuple[StaffContentVersion, ...]


class ContentDraft(Struct, frozen=True, forbid_unknown_fields=True):
    """A text that is being written."""

    body: _Body


class ContentPreview(Struct, frozen=True):
    """The text as shoppers would see it."""

    html: str
