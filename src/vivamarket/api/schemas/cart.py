"""Carts and quotes."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.api.words import TEXT_PATTERN, CurrencyCode, Line, LocaleCode, SkuText
from vivamarket.cart.model import EMAIL_LENGTH_MAX, LINES_MAX, NOTE_LENGTH_MAX, QUANTITY_MAX
from vivamarket.cart.service import LineProblem
from vivamarket.catalog.present import Image
from vivamarket.kernel.money import Money

Quantity = Annotated[int, Meta(ge=1, le=QUANTITY_MAX, description="How many pieces.")]


class NewLine(Struct, frozen=True, forbid_unknown_fields=True):
    """So many of one SKU."""

    sku: SkuText
    quantity: Quantity


class NewCart(Struct, frozen=True, forbid_unknown_fields=True):
    """A cart to begin, empty or with first lines."""

    currency: CurrencyCode
    locale: LocaleCode
    lines: Annotated[tuple[NewLine, ...], Meta(max_length=LINES_MAX)] = ()


class LineQuantity(Struct, frozen=True, forbid_unknown_fields=True):
    """How many a line shall have; zero removes it."""

    quantity: Annotated[int, Meta(ge=0, le=QUANTITY_MAX)]


class AddressFields(Struct, frozen=True, forbid_unknown_fields=True):
    """A postal address. Which fields a country needs: `GET /api/v1/addresses/{country}`."""

    name: Line
    line1: Line
    city: Line
    country: Annotated[str, Meta(pattern=r"^[A-Za-z]{2}\Z", description="ISO 3166-1 alpha-2.")]
    company: Line = ""
    line2: Line = ""
    region: Line = ""
    postal_code: Line = ""
    phone: Line = ""


class CartDetailsPatch(Struct, frozen=True, forbid_unknown_fields=True):
    """Checkout details to change; null, or left out, leaves a field as it is."""

    email: Annotated[str, Meta(max_length=EMAIL_LENGTH_MAX)] | None = None
    shipping_address: AddressFields | None = None
    billing_address: AddressFields | None = None
    billing_same_as_shipping: Annotated[
        bool, Meta(description="True forgets a billing address of its own.")
    ] = False
    shipping_method: Annotated[str, Meta(max_length=64, pattern=TEXT_PATTERN)] | None = None
    locale: LocaleCode | None = None
    #: Prices are looked up anew: a cart holds none.
    currency: CurrencyCode | None = None
    note: Annotated[str, Meta(max_length=NOTE_LENGTH_MAX, pattern=TEXT_PATTERN)] | None = None


class PostalAddress(Struct, frozen=True):
    """A postal address as it was given and checked; empty fields are empty texts."""

    name: str
    company: str
    line1: str
    line2: str
    city: str
    region: str
    postal_code: str
    country: str
    phone: str


class CartLineOut(Struct, frozen=True):
    """A line as it is now: priced from the catalogue, with what stands in the way of ordering it."""

    sku: str
    product_id: Annotated[str, Meta(description="Empty when the product is gone.")]
    product_slug: Annotated[str, Meta(description="Empty when the product is gone.")]
    title: str
    variant_title: str
    image: Image | None
    quantity: int
    unit_price: Annotated[Money, Meta(description="Zero when the product is gone: `problem` says so.")]
    compare_at: Money | None
    subtotal: Money
    problem: LineProblem | None
    available_quantity: Annotated[
        int | None, Meta(description="How many could be had, when that is fewer than wanted.")
    ]


class FreeShipping(Struct, frozen=True):
    """From which subtotal shipping is free, and how much is missing until there."""

    threshold: Money
    remaining: Money


class CartDetailsOut(Struct, frozen=True):
    """What the shopper told us so far; anything may be missing."""

    email: str
    shipping_address: PostalAddress | None
    billing_address: Annotated[
        PostalAddress | None, Meta(description="Null means the same as the shipping address.")
    ]
    shipping_method: str | None
    note: str


class CartOut(Struct, frozen=True):
    """A cart as it is now. Prices and availability are looked up each time it is shown."""

    id: str
    version: int
    currency: str
    locale: str
    lines: tuple[CartLineOut, ...]
    item_count: int
    subtotal: Money
    free_shipping: FreeShipping | None
    details: CartDetailsOut
    order_id: Annotated[str | None, Meta(description="Set once the cart has become an order.")]


class QuoteLineOut(Struct, frozen=True):
    """One SKU's part of what is paid. `total` is what it costs, tax contained or added."""

    sku: str
    title: str
    variant_title: str
    quantity: int
    unit_price: Money
    subtotal: Money
    discount: Money
    tax: Money
    total: Money


class DiscountOut(Struct, frozen=True):
    """One reduction of the whole sum."""

    label: str
    amount: Money


class ShippingOut(Struct, frozen=True):
    """The chosen way to send."""

    method: str
    label: str
    price: Money
    tax: Money
    days_min: int
    days_max: int


class ShippingOptionOut(Struct, frozen=True):
    """A way to send that can be chosen, at its price."""

    method: str
    label: str
    price: Money
    days_min: int
    days_max: int


class TaxOut(Struct, frozen=True):
    """The tax of one rate."""

    label: str
    rate_ppm: Annotated[int, Meta(description="Parts per million: 210000 is 21 %.")]
    base: Money
    amount: Money


class QuoteOut(Struct, frozen=True):
    """Everything the shopper would pay now. Placing an order names its `hash`."""

    hash: Annotated[str, Meta(description="SHA-256 over everything that decides what is paid.")]
    cart_id: str
    cart_version: int
    currency: str
    lines: tuple[QuoteLineOut, ...]
    subtotal: Money
    discounts: tuple[DiscountOut, ...]
    discount_total: Money
    shipping: ShippingOut | None
    shipping_options: tuple[ShippingOptionOut, ...]
    taxes: tuple[TaxOut, ...]
    tax_total: Money
    tax_included: bool
    total: Money
    complete: Annotated[bool, Meta(description="Whether it can be placed.")]
    missing: Annotated[
        tuple[str, ...],
        Meta(description="What is missing: `lines`, `email`, `shipping_address`, `shipping_method`."),
    ]
