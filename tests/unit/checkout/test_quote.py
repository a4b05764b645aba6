from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from vivamarket.addresses.model import Address
from vivamarket.cart.model import Cart, CartLine, CheckoutDetails
from vivamarket.catalog.model import Price
from vivamarket.catalog.sellable import Sellable
from vivamarket.checkout.quote import Quote, quote_of
from vivamarket.kernel.ids import CartId, ProductId, Sku
from vivamarket.kernel.money import Money
from vivamarket.shop_file import read_shop_file

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHOP = read_shop_file()
MADRID = Address(name="Jo", line1="Calle 1", city="Madrid", country="ES", postal_code="28013", region="M")
LONDON = Address(name="Jo", line1="High St", city="London", country="GB", postal_code="N1 1AA")
READY = CheckoutDetails(email="jo@example.com", shipping_address=MADRID, shipping_method="standard")


def sold(sku="MUG", minor_units=1_290, tax_class="standard", weight_grams=350, requires_shipping=True):
    return Sellable(
        sku=Sku(sku),
        product_id=ProductId(f"product-{sku}"),
        product_version=1,
        slug=sku.lower(),
        title=sku.title(),
        variant_title="",
        image=None,
        price=Price(Money(minor_units, "EUR")),
        tax_class=tax_class,
        weight_grams=weight_grams,
        requires_shipping=requires_shipping,
        tracked=True,
        continue_selling=False,
    )


def cart(*lines, details=READY):
    return Cart(
        id=CartId("c"),
        version=3,
        currency="EUR",
        locale="en",
        lines=tuple(CartLine(Sku(sku), quantity) for sku, quantity in lines),
        details=details,
        created_at=NOW,
        updated_at=NOW,
    )


def quote(a_cart, *sellables) -> Quote:
    return quote_of(
        a_cart, sellables, tax=SHOP.tax, shipping=SHOP.shipping, home_country=SHOP.profile.home_country
    )


def test_an_inclusive_price_is_paid_as_shown_plus_shipping():
    quoted = quote(cart(("MUG", 2)), sold())

    assert quoted.total == Money(2 * 1_290 + 390, "EUR")
    assert quoted.tax_included
    assert quoted.complete


def test_an_exclusive_country_adds_the_tax_to_lines_and_shipping():
    details = replace(READY, shipping_address=LONDON)

    quoted = quote(cart(("MUG", 1), details=details), sold(minor_units=1_000))

    assert quoted.shipping is not None
    assert quoted.total == Money(1_000 + 790 + 200 + 158, "EUR")
    assert quoted.lines[0].total == Money(1_200, "EUR")


def test_what_is_missing_is_named():
    quoted = quote(cart(("MUG", 1), details=CheckoutDetails()), sold())

    assert quoted.missing == ("email", "shipping_address", "shipping_method")
    assert not quoted.complete


def test_a_sku_no_longer_sold_stops_the_quote():
    quoted = quote(cart(("MUG", 1), ("GONE", 1)), sold())

    assert quoted.gone == (Sku("GONE"),)
    assert "lines" in quoted.missing


def test_an_empty_cart_cannot_be_placed():
    assert "lines" in quote(cart()).missing


def test_what_needs_no_shipping_needs_no_method():
    details = replace(READY, shipping_method="")

    quoted = quote(cart(("EBOOK", 1), details=details), sold("EBOOK", requires_shipping=False))

    assert quoted.complete
    assert quoted.shipping_options == ()


def test_a_method_not_offered_there_is_missing_again():
    details = replace(READY, shipping_address=LONDON, shipping_method="express")

    assert quote(cart(("MUG", 1), details=details), sold()).missing == ("shipping_method",)


def test_the_hash_changes_with_anything_that_is_paid():
    base = quote(cart(("MUG", 1)), sold())

    others = [
        quote(cart(("MUG", 2)), sold()),
        quote(cart(("MUG", 1)), sold(minor_units=1_291)),
        quote(cart(("MUG", 1)), sold(tax_class="reduced")),
        quote(cart(("MUG", 1), details=replace(READY, shipping_method="express")), sold()),
        quote(cart(("MUG", 1), details=replace(READY, shipping_address=LONDON)), sold()),
    ]
    assert base.hash == quote(cart(("MUG", 1)), sold()).hash
    assert len({base.hash, *(each.hash for each in others)}) == 6


def test_the_hash_does_not_depend_on_words():
    spanish = replace(cart(("MUG", 1)), locale="es", version=9)

    assert quote(spanish, sold()).hash == quote(cart(("MUG", 1)), sold()).hash


LINES = st.lists(
    st.tuples(
        st.integers(1, 50), st.integers(0, 10**6), st.sampled_from(["standard", "reduced"]), st.booleans()
    ),
    min_size=1,
    max_size=12,
)


@given(LINES, st.sampled_from([MADRID, LONDON]))
def test_all_sums_of_a_quote_add_up_to_the_cent(lines, address):
    sellables = [
        sold(f"S{n}", minor_units=price, tax_class=tax_class, requires_shipping=ships)
        for n, (_, price, tax_class, ships) in enumerate(lines)
    ]
    details = replace(READY, shipping_address=address)
    wanted = cart(*((f"S{n}", line[0]) for n, line in enumerate(lines)), details=details)

    quoted = quote(wanted, *sellables)

    shipping = quoted.shipping.price.minor_units if quoted.shipping else 0
    shipping_tax = quoted.shipping.tax.minor_units if quoted.shipping else 0
    added = 0 if quoted.tax_included else shipping_tax
    assert quoted.total.minor_units == sum(x.total.minor_units for x in quoted.lines) + shipping + added
    assert quoted.tax_total.minor_units == sum(x.tax.minor_units for x in quoted.lines) + shipping_tax
    assert quoted.tax_total.minor_units == sum(x.amount.minor_units for x in quoted.taxes)
    assert quoted.subtotal.minor_units == sum(x.subtotal.minor_units for x in quoted.lines)
