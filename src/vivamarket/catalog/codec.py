"""Products and categories as JSON documents, and back, without loss.

The document is what a store keeps. ``format`` lets a later release read what an earlier one wrote.
Texts are a list because a JSON object in JSONB forgets the order of its keys, and the first locale counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import msgspec
from msgspec import Struct

from vivamarket.catalog.model import (
    Attribute,
    AttributeType,
    AttributeValue,
    Category,
    Option,
    Product,
    ProductImage,
    ProductStatus,
    Schedule,
    Text,
    Variant,
)
from vivamarket.kernel.ids import CategoryId, ProductId
from vivamarket.kernel.money import Money

FORMAT = 1


class _AttributeDocument(Struct, frozen=True):
    key: str
    type: AttributeType
    #: Dates travel as ISO text; ``type`` says what to read.
    value: str | int | bool | Money | tuple[str, ...]
    labels: Mapping[str, str]
    value_labels: Mapping[str, str]
    facet: bool
    unit: str


class _ProductDocument(Struct, frozen=True):
    format: int
    id: ProductId
    version: int
    status: ProductStatus
    texts: tuple[tuple[str, Text], ...]
    variants: tuple[Variant, ...]
    options: tuple[Option, ...]
    schedule: Schedule
    vendor: str
    product_type: str
    tags: tuple[str, ...]
    category_ids: tuple[CategoryId, ...]
    attributes: tuple[_AttributeDocument, ...]
    images: tuple[ProductImage, ...]
    extra: Mapping[str, str]
    created_at: datetime
    updated_at: datetime


class _CategoryDocument(Struct, frozen=True):
    format: int
    id: CategoryId
    version: int
    texts: tuple[tuple[str, Text], ...]
    parent_id: CategoryId | None
    position: int
    image: ProductImage | None


_encoder = msgspec.json.Encoder()
_product_decoder = msgspec.json.Decoder(_ProductDocument)
_category_decoder = msgspec.json.Decoder(_CategoryDocument)


def encode_product(product: Product) -> bytes:
    """Return the product's document as JSON in UTF-8."""
    return _encoder.encode(
        _ProductDocument(
            format=FORMAT,
            id=product.id,
            version=product.version,
            status=product.status,
            texts=tuple(product.texts.items()),
            variants=product.variants,
            options=product.options,
            schedule=product.schedule,
            vendor=product.vendor,
            product_type=product.product_type,
            tags=product.tags,
            category_ids=product.category_ids,
            attributes=tuple([_attribute_document(attribute) for attribute in product.attributes]),
            images=product.images,
            extra=product.extra,
            created_at=product.created_at,
            updated_at=product.updated_at,
        )
    )


def decode_product(document: bytes | str) -> Product:
    """Return the product; raise ``msgspec.ValidationError`` for a document that is not ours."""
    found = _product_decoder.decode(document)
    return Product(
        id=found.id,
        version=found.version,
        status=found.status,
        texts=dict(found.texts),
        variants=found.variants,
        options=found.options,
        schedule=found.schedule,
        vendor=found.vendor,
        product_type=found.product_type,
        tags=found.tags,
        category_ids=found.category_ids,
        attributes=tuple([_attribute(attribute) for attribute in found.attributes]),
        images=found.images,
        extra=found.extra,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def encode_category(category: Category) -> bytes:
    """Return the category's document as JSON in UTF-8."""
    return _encoder.encode(
        _CategoryDocument(
            format=FORMAT,
            id=category.id,
            version=category.version,
            texts=tuple(category.texts.items()),
            parent_id=category.parent_id,
            position=category.position,
            image=category.image,
        )
    )


def decode_category(document: bytes | str) -> Category:
    """Return the category; raise ``msgspec.ValidationError`` for a document that is not ours."""
    found = _category_decoder.decode(document)
    return Category(
        id=found.id,
        version=found.version,
        texts=dict(found.texts),
        parent_id=found.parent_id,
        position=found.position,
        image=found.image,
    )


def _attribute_document(attribute: Attribute) -> _AttributeDocument:
    value = attribute.value
    return _AttributeDocument(
        key=attribute.key,
        type=attribute.type,
        value=value.isoformat() if isinstance(value, date) else value,
        labels=attribute.labels,
        value_labels=attribute.value_labels,
        facet=attribute.facet,
        unit=attribute.unit,
    )


def _attribute(document: _AttributeDocument) -> Attribute:
    value: AttributeValue = document.value
    if document.type is AttributeType.DATE and isinstance(value, str):
        value = date.fromisoformat(value)
    return Attribute(
        key=document.key,
        type=document.type,
        value=value,
        labels=document.labels,
        value_labels=document.value_labels,
        facet=document.facet,
        unit=document.unit,
    )
