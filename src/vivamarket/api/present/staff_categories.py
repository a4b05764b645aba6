"""Categories and pictures as the staff's API answers them, and back."""

from __future__ import annotations

from vivamarket.api.present.staff_products import gallery, image_out
from vivamarket.api.schemas.staff_categories import CategoryFields, StaffCategory, StaffMedia
from vivamarket.api.schemas.staff_products import GalleryImage, TextsOfLocale
from vivamarket.catalog.model import Category, ProductImage, Text
from vivamarket.kernel.ids import CategoryId, MediaId
from vivamarket.media.model import Picture
from vivamarket.media.service import MediaService


def category_out(category: Category, product_count: int) -> StaffCategory:
    """Present a category."""
    return StaffCategory(
        id=category.id,
        version=category.version,
        parent_id=category.parent_id,
        position=category.position,
        texts={
            locale: TextsOfLocale(
                text.title, text.slug, text.description_html, text.seo_title, text.seo_description
            )
            for locale, text in category.texts.items()
        },
        image=image_out(category.image) if category.image is not None else None,
        product_count=product_count,
    )


def category_of(category_id: CategoryId, data: CategoryFields, image: ProductImage | None) -> Category:
    """Return the category as sent."""
    return Category(
        id=category_id,
        version=0,
        texts={
            locale: Text(text.title, text.slug, text.description_html, text.seo_title, text.seo_description)
            for locale, text in data.texts.items()
        },
        parent_id=CategoryId(data.parent_id) if data.parent_id is not None else None,
        position=data.position,
        image=image,
    )


async def picture_of_category(
    wanted: GalleryImage | None, known: ProductImage | None, media: MediaService
) -> ProductImage | None:
    """Return the picture as sent. Raise ``BadProduct`` for one that was not uploaded."""
    if wanted is None:
        return None
    there = [known] if known is not None else []
    names = [MediaId(wanted.media_id)] if wanted.media_id is not None else []
    (image,) = gallery([wanted], there, await media.pictures(names))
    return image


def media_out(picture: Picture) -> StaffMedia:
    """Present a stored picture."""
    return StaffMedia(
        id=picture.id,
        width=picture.width,
        height=picture.height,
        widths=picture.widths,
        color=picture.color,
        src_base=f"/media/{picture.id}/",
    )
