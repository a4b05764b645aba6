"""The cart's use cases: read, fill, change, complete the details."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from vivamarket.addresses.errors import BadAddress
from vivamarket.addresses.model import Address
from vivamarket.addresses.rules import validated
from vivamarket.cart.errors import BadDetails, SkuNotSold
from vivamarket.cart.model import EMAIL_LENGTH_MAX, NOTE_LENGTH_MAX, Cart, CartLine, CheckoutDetails
from vivamarket.cart.ports import AvailabilityReader, CartRules, CartStore
from vivamarket.catalog.ports import CatalogStore
from vivamarket.catalog.sellable import Sellable, sellable
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.idempotency import Attempt, StoredResponse
from vivamarket.kernel.ids import CartId, IdSource, Sku
from vivamarket.kernel.money import Money, total

#: Two tabs may change one cart at once; the loser reads again and repeats its change.
STALE_RETRIES_MAX = 8

# One @, something on both sides, no white space; whether it exists only a mail can tell (RFC 5321 §4.5.3.1).
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f.]+(?:\.[^@\s\x00-\x1f.]+)+")


class LineProblem(StrEnum):
    """Why a line cannot be ordered as it stands."""

    GONE = "gone"
    SOLD_OUT = "sold_out"
    NOT_ENOUGH = "not_enough"


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLineView:
    """A line as it is shown now. ``sold`` is None when the SKU is gone; then there is no price."""

    line: CartLine
    sold: Sellable | None
    subtotal: Money
    problem: LineProblem | None
    #: How many could be had, when that is fewer than wanted.
    available_quantity: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartView:
    """A cart as it is shown: priced now, with what stands in the way of ordering."""

    cart: Cart
    lines: tuple[CartLineView, ...]
    subtotal: Money
    free_shipping_from: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsPatch:
    """Checkout details to change; None leaves a field as it is."""

    email: str | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    billing_same_as_shipping: bool = False
    shipping_method: str | None = None
    note: str | None = None
    locale: str | None = None
    currency: str | None = None


#: Turns the cart as shown into the answer that is stored with the change.
Render = Callable[[CartView], StoredResponse]


class CartService:
    """Use cases of one shopper's cart. Every change is idempotent by its attempt."""

    def __init__(
        self,
        *,
        carts: CartStore,
        catalog: CatalogStore,
        availability: AvailabilityReader,
        clock: Clock,
        ids: IdSource,
        rules: CartRules,
    ) -> None:
        self._carts = carts
        self._catalog = catalog
        self._availability = availability
        self._clock = clock
        self._ids = ids
        self._rules = rules

    async def view(self, cart_id: CartId) -> CartView:
        """Return the cart as it is shown now. Raise ``CartNotFound``."""
        return await self.shown(await self._carts.get(cart_id))

    async def create(
        self,
        *,
        currency: str,
        locale: str,
        lines: Sequence[CartLine],
        attempt: Attempt,
        render: Render,
    ) -> StoredResponse:
        """Start a cart, with first lines if any. Raise ``SkuNotSold`` and what ``Cart`` refuses."""
        now = self._clock.now()
        cart = Cart(
            id=CartId(self._ids.token()),
            version=0,
            currency=self._rules.profile.check_currency(currency),
            locale=self._rules.profile.check_locale(locale),
            created_at=now,
            updated_at=now,
        )
        for line in lines:
            cart = cart.with_added(line.sku, line.quantity, now)
        cart = replace(cart, version=1)
        view = await self.shown(cart)
        _require_sold(view, [line.sku for line in lines])
        return await self._carts.put(cart, 0, attempt, render(view))

    async def add(
        self, cart_id: CartId, sku: Sku, quantity: int, attempt: Attempt, render: Render
    ) -> StoredResponse:
        """Put that many more of the SKU into the cart. Raise ``SkuNotSold`` and what ``Cart`` refuses."""
        return await self._change(
            cart_id, lambda cart: cart.with_added(sku, quantity, self._clock.now()), attempt, render, [sku]
        )

    async def set_quantity(
        self, cart_id: CartId, sku: Sku, quantity: int, attempt: Attempt, render: Render
    ) -> StoredResponse:
        """Set the line to exactly that many, zero removes it. Raise what ``Cart`` refuses."""
        return await self._change(
            cart_id,
            lambda cart: cart.with_quantity(sku, quantity, self._clock.now()),
            attempt,
            render,
            [sku] if quantity else [],
        )

    async def set_details(
        self, cart_id: CartId, patch: DetailsPatch, attempt: Attempt, render: Render
    ) -> StoredResponse:
        """Change what the patch names. Raise ``BadDetails`` with every problem at once."""
        checked = self._checked(patch)

        def change(cart: Cart) -> Cart:
            return cart.with_details(
                _patched(cart.details, checked),
                self._clock.now(),
                locale=checked.locale,
                currency=checked.currency,
            )

        return await self._change(cart_id, change, attempt, render, [])

    async def _change(
        self,
        cart_id: CartId,
        change: Callable[[Cart], Cart],
        attempt: Attempt,
        render: Render,
        must_be_sold: Sequence[Sku],
    ) -> StoredResponse:
        async def once() -> StoredResponse:
            before = await self._carts.get(cart_id)
            after = change(before)
            view = await self.shown(after)
            _require_sold(view, must_be_sold)
            return await self._carts.put(after, before.version, attempt, render(view))

        return await repeated_when_stale(once)

    async def shown(self, cart: Cart) -> CartView:
        """Return the cart as it is shown now: priced, with what stands in the way of ordering."""
        skus = [line.sku for line in cart.lines]
        products = await self._catalog.by_skus(skus) if skus else {}
        available = await self._availability.available(skus) if skus else {}
        now = self._clock.now()
        lines = []
        for line in cart.lines:
            product = products.get(line.sku)
            sold = (
                sellable(product, line.sku, locale=cart.locale, currency=cart.currency, now=now)
                if product is not None
                else None
            )
            lines.append(_line_view(line, sold, available.get(line.sku, 0), cart.currency))
        address = cart.details.shipping_address
        country = address.country if address else self._rules.profile.home_country
        return CartView(
            cart=cart,
            lines=tuple(lines),
            subtotal=total([view.subtotal for view in lines], cart.currency),
            free_shipping_from=self._rules.shipping.free_from(country, cart.currency),
        )

    def _checked(self, patch: DetailsPatch) -> DetailsPatch:
        problems: dict[str, str] = {}
        email = patch.email.strip() if patch.email is not None else None
        if email and (len(email) > EMAIL_LENGTH_MAX or not _EMAIL.fullmatch(email)):
            problems["email"] = "invalid"
        if patch.note is not None and len(patch.note) > NOTE_LENGTH_MAX:
            problems["note"] = "too_long"
        if patch.locale is not None:
            self._rules.profile.check_locale(patch.locale)
        if patch.currency is not None:
            self._rules.profile.check_currency(patch.currency)
        shipping_address = _checked_address("shipping_address", patch.shipping_address, problems)
        billing_address = _checked_address("billing_address", patch.billing_address, problems)
        if shipping_address is not None and shipping_address.country not in self._rules.profile.countries:
            problems["shipping_address.country"] = "not_shipped_to"
        if problems:
            named = ", ".join(sorted(problems))
            raise BadDetails(f"Please correct: {named}.", problems=problems)
        return replace(patch, email=email, shipping_address=shipping_address, billing_address=billing_address)


async def repeated_when_stale(once: Callable[[], Awaitable[StoredResponse]]) -> StoredResponse:
    """Repeat work that read a cart which another tab has changed meanwhile, ``STALE_RETRIES_MAX`` times."""
    for _ in range(STALE_RETRIES_MAX - 1):
        try:
            return await once()
        except StaleVersion:
            continue
    return await once()


def _require_sold(view: CartView, skus: Sequence[Sku]) -> None:
    for line in view.lines:
        if line.sold is None and line.line.sku in skus:
            raise SkuNotSold("This product is not sold (any more).", sku=line.line.sku)


def _line_view(line: CartLine, sold: Sellable | None, available: int, currency: str) -> CartLineView:
    if sold is None:
        return CartLineView(
            line=line,
            sold=None,
            subtotal=Money.zero(currency),
            problem=LineProblem.GONE,
            available_quantity=0,
        )
    unlimited = sold.continue_selling or not sold.tracked
    enough = unlimited or available >= line.quantity
    short = LineProblem.NOT_ENOUGH if available > 0 else LineProblem.SOLD_OUT
    return CartLineView(
        line=line,
        sold=sold,
        subtotal=sold.price.amount * line.quantity,
        problem=None if enough else short,
        available_quantity=None if enough else max(available, 0),
    )


def _checked_address(name: str, address: Address | None, problems: dict[str, str]) -> Address | None:
    if address is None:
        return None
    try:
        return validated(address)
    except BadAddress as error:
        found = error.fields["problems"]
        assert isinstance(found, dict)
        problems.update({f"{name}.{field}": reason for field, reason in found.items()})
        return None


def _patched(details: CheckoutDetails, patch: DetailsPatch) -> CheckoutDetails:
    billing = patch.billing_address or details.billing_address
    return CheckoutDetails(
        email=details.email if patch.email is None else patch.email,
        shipping_address=patch.shipping_address or details.shipping_address,
        billing_address=None if patch.billing_same_as_shipping else billing,
        shipping_method=details.shipping_method if patch.shipping_method is None else patch.shipping_method,
        note=details.note if patch.note is None else patch.note,
    )
