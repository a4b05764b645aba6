"""Where one feature reads another: the law keeps records apart, so the bridges stand here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from vivamarket.addresses.model import Address
from vivamarket.bootstrap.countries import country_name
from vivamarket.catalog.transfer.ports import FetchedPicture
from vivamarket.inventory.service import StockService
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import OrderId, Sku
from vivamarket.kernel.money import Money
from vivamarket.kernel.outbox import Handler
from vivamarket.media.service import MediaService
from vivamarket.notifications.model import OrderFacts, OrderFactsLine
from vivamarket.orders.links import OrderLinks
from vivamarket.orders.model import ERASED, Order
from vivamarket.orders.service import OrderService
from vivamarket.search.model import SearchQuery, SearchResult, Suggestion
from vivamarket.search.ports import SearchReader
from vivamarket.shop.model import edition_base

T = TypeVar("T")


class Offload(Protocol):
    """Runs work that blocks beside the event loop."""

    async def __call__(self, work: Callable[[], T], /) -> T:
        """Return what the work returns; raise what it raises."""
        ...


ShowAvailability = Callable[[Sequence[Sku]], Awaitable[None]]


class OrderFactsReader:
    """Orders as notifications' ``OrderReader``."""

    def __init__(
        self, orders: OrderService, links: OrderLinks, *, public_url: str, main_currency: str
    ) -> None:
        self._orders = orders
        self._links = links
        self._public_url = public_url
        self._main_currency = main_currency

    async def facts(self, order_id: OrderId) -> OrderFacts:
        """Return the order's facts. Raise ``OrderNotFound``."""
        order = await self._orders.by_id(order_id)
        shipping = order.shipping
        return OrderFacts(
            id=order.id,
            number=order.number,
            email="" if order.email == ERASED else order.email,
            locale=order.locale,
            lines=tuple(
                OrderFactsLine(
                    sku=line.sku,
                    title=line.title,
                    variant_title=line.variant_title,
                    quantity=line.quantity,
                    total=line.total,
                )
                for line in order.lines
            ),
            subtotal=order.subtotal,
            discount_total=order.discount_total,
            shipping_label=shipping.label if shipping else "",
            shipping_price=shipping.price if shipping else Money.zero(order.currency),
            taxes=tuple((f"{tax.label} {_percent(tax.rate_ppm)}".strip(), tax.amount) for tax in order.taxes),
            tax_included=order.tax_included,
            total=order.total,
            refunded_total=order.refunded_total,
            address_lines=address_lines(order.shipping_address, order.locale),
            placed_at=order.placed_at,
            shop_url=self._shop_url(order),
            tracking_url=self._tracking_url(order),
        )

    def _shop_url(self, order: Order) -> str:
        return self._public_url + edition_base(order.locale, order.currency, self._main_currency)

    def _tracking_url(self, order: Order) -> str:
        token = self._links.of_mail(order.id, order.placed_at)
        return f"{self._shop_url(order)}order/#id={order.id}&token={token}"


class OrderSubjects:
    """Orders as webhooks' ``SubjectReader``: what the event says, and the order as it stands."""

    def __init__(self, orders: OrderService) -> None:
        self._orders = orders

    async def data(self, envelope: Envelope) -> Mapping[str, object]:
        """Return the event's data. No name, address or e-mail: those stay in the shop.

        Raise ``OrderNotFound``.
        """
        order = await self._orders.by_id(OrderId(str(envelope.payload["order_id"])))
        return {
            **envelope.payload,
            "order": {
                "id": order.id,
                "number": order.number,
                "status": order.status.value,
                "placed_at": order.placed_at.isoformat().replace("+00:00", "Z"),
                "currency": order.currency,
                "total": _amount(order.total),
                "refunded_total": _amount(order.refunded_total),
            },
            "lines": [
                {"sku": line.sku, "quantity": line.quantity, "total": _amount(line.total)}
                for line in order.lines
            ],
        }


class MediaPictures:
    """Media's service as the catalogue's ``MediaImporter``."""

    def __init__(self, media: MediaService) -> None:
        self._media = media

    async def import_url(self, url: str) -> FetchedPicture:
        """Fetch, check and store the picture; raise what media raises."""
        picture = await self._media.import_url(url)
        return FetchedPicture(picture.id, picture.width, picture.height, picture.widths, picture.color)


class InventoryCounts:
    """Inventory's service as the catalogue's ``StockTeller``."""

    def __init__(self, inventory: StockService) -> None:
        self._inventory = inventory

    async def on_hand(self, skus: Sequence[Sku]) -> dict[Sku, int]:
        """Return what is counted, for SKUs that are counted."""
        return {sku: level.on_hand for sku, level in (await self._inventory.levels(skus)).items()}


#: Searches of an index up to this size take less than handing them to a thread would cost the others.
DOCUMENTS_IN_LOOP_MAX = 100_000


class SearchBesideLoop:
    """A reader as the API's ``SearchAnswers``: a small index answers at once, a large one in a thread."""

    def __init__(self, reader: SearchReader, offload: Offload) -> None:
        self._reader = reader
        self._offload = offload

    async def search(self, query: SearchQuery) -> SearchResult:
        """Return one page; raise what the reader raises."""
        if self._reader.documents_count <= DOCUMENTS_IN_LOOP_MAX:
            return self._reader.search(query)
        return await self._offload(lambda: self._reader.search(query))

    async def suggest(self, text: str, locale: str, limit: int, currency: str = "") -> tuple[Suggestion, ...]:
        """Return completions; raise what the reader raises."""
        if self._reader.documents_count <= DOCUMENTS_IN_LOOP_MAX:
            return self._reader.suggest(text, locale, limit, currency)
        return await self._offload(lambda: self._reader.suggest(text, locale, limit, currency))


class FreshSearch(SearchBesideLoop):
    """A reader of an index that is asked seldom: it looks for the newest state before it answers."""

    async def search(self, query: SearchQuery) -> SearchResult:
        """Return one page of the newest committed state; raise what the reader raises."""
        self._reader.refresh()
        return await super().search(query)


def availability_handler(*shown_by: ShowAvailability) -> Callable[[Sequence[Envelope]], Awaitable[None]]:
    """Return a handler of ``stock.availability_changed`` that tells each of them the SKUs, once each."""

    async def handle(envelopes: Sequence[Envelope]) -> None:
        skus = list(dict.fromkeys(Sku(str(envelope.payload["sku"])) for envelope in envelopes))
        for show in shown_by:
            await show(skus)

    return handle


def in_turn(*handlers: Handler) -> Handler:
    """Return a handler that gives the event to each of them; each ignores what is not for it."""

    async def handle(envelope: Envelope) -> None:
        for each in handlers:
            await each(envelope)

    return handle


async def in_thread(work: Callable[[], T], /) -> T:
    """Run work that blocks on CPU or disk beside the event loop."""
    return await asyncio.to_thread(work)


def _percent(rate_ppm: int) -> str:
    whole, rest = divmod(rate_ppm, 10_000)
    decimals = f"{rest:04}".rstrip("0")
    return f"{whole}.{decimals} %" if decimals else f"{whole} %"


def address_lines(address: Address | None, locale: str) -> tuple[str, ...]:
    """Return the address as it stands on a parcel, its country in the reader's words."""
    if address is None:
        return ()
    country = country_name(address.country, locale)
    place = " ".join(part for part in (address.postal_code, address.city) if part)
    lines = (address.name, address.company, address.line1, address.line2, place, country)
    return tuple(line for line in lines if line)


def _amount(money: Money) -> dict[str, object]:
    return {"minor_units": money.minor_units, "currency": money.currency}
