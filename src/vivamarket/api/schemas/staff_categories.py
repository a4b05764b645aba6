"""Categories and pictures as staff read and write them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.api.schemas.staff_products import GalleryImage, StaffImage, TextsOfLocale, Version

_Id = Annotated[str, Meta(max_length=64)]
_Locale = Annotated[str, Meta(min_length=2, max_length=16)]
POSITION_MAX = 1_000_000
#: As many categories as a tree holds.
SIBLINGS_MAX = 10_000


class StaffCategory(Struct, frozen=True, kw_only=True):
    """A category in every language, and its place."""

    id: str
    version: int
    parent_id: str | None
    position: Annotated[int, Meta(description="Its place among those below the same parent.")]
    texts: dict[str, TextsOfLocale]
    image: StaffImage | None
    product_count: Annotated[
        int, Meta(description="Active products in it and below it; up to half a minute old.")
    ]


class StaffCategories(Struct, frozen=True):
    """The whole tree: parents before children, those of one parent in their order."""

    items: tuple[StaffCategory, ...]


class CategoryFields(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that can be edited; another `parent_id` moves the category with all below it."""

    texts: dict[_Locale, TextsOfLocale]
    parent_id: _Id | None = None
    position: Annotated[int, Meta(ge=0, le=POSITION_MAX)] = 0
    image: GalleryImage | None = None


class CategoryEdit(CategoryFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A category as it shall be, over the version that was read."""

    version: Version


class CategoryOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """All categories below one parent (null: the top), in their order."""

    parent_id: _Id | None
    ids: Annotated[tuple[_Id, ...], Meta(max_length=SIBLINGS_MAX)]


class StaffMedia(Struct, frozen=True):
    """A stored picture in its sizes: `{src_base}{width}.avif` and `.webp` for each of `widths`."""

    id: Annotated[str, Meta(description="The same picture always has the same id.")]
    width: int
    height: int
    widths: tuple[int, ...]
    color: str
    src_base: str


class PictureBytes(Struct, frozen=True):
    """What a key of an upload stands for: the digest of its bytes."""

    sha256: str
