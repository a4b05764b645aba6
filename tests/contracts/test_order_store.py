"""What every OrderStore promises."""

import pytest
from tests.helpers.checkout import MADRID, MUG, TEA, Shop, named
from tests.helpers.stores import Database

from vivamarket.checkout.allocation import RefundLine, RefundWish
from vivamarket.kernel.ids import OrderId, OrderNumber, uuid7
from vivamarket.kernel.money import Money
from vivamarket.kernel.paging import BadCursor, encode_cursor
from vivamarket.orders.errors import OrderNotFound
from vivamarket.orders.model import OrderStatus, RefundedUnits
from vivamarket.orders.ports import OrderStore
from vivamarket.payments.model import DisputeStatus, ProviderDispute


@pytest.fixture
def store(database: Database) -> OrderStore:
    return database.orders


async def test_an_order_reads_back_as_it_was_placed(shop: Shop, store: OrderStore) -> None:
    order_id = await shop.ordered((MUG, 2), (TEA, 1))

    order = await store.get(order_id)

    assert [(line.sku, line.quantity, line.unit_price) for line in order.lines] == [
        (MUG, 2, Money(1250, "EUR")),
        (TEA, 1, Money(499, "EUR")),
    ]
    assert (order.email, order.shipping_address, order.currency) == ("jo@example.com", MADRID, "EUR")
    assert order.shipping is not None
    assert order.total == order.subtotal + order.shipping.price
    assert order == await store.by_number(order.number)


async def test_the_newest_payment_and_the_whole_history_come_along(shop: Shop, store: OrderStore) -> None:
    order = await store.get(await shop.paid())

    assert order.payment is not None
    assert (order.payment.status, order.payment.attempt) == ("succeeded", 1)
    assert [entry.kind for entry in order.timeline] == [
        "order.placed",
        "payment.begun",
        "payment.requested",
        "payment.session_opened",
        "payment.succeeded",
        "order.paid",
    ]


async def test_unknown_orders_are_not_found(store: OrderStore) -> None:
    with pytest.raises(OrderNotFound):
        await store.get(OrderId(uuid7(1, 1)))
    with pytest.raises(OrderNotFound):
        await store.by_number(OrderNumber("VM-NONE"))
    with pytest.raises(OrderNotFound):
        await store.token_hash(OrderId(uuid7(1, 1)))


async def test_the_tokens_hash_is_read_alone(shop: Shop, store: OrderStore) -> None:
    order_id = await shop.ordered()

    assert await store.token_hash(order_id) == (await store.get(order_id)).token_hash


async def test_pages_hold_every_order_once_newest_first(shop: Shop, store: OrderStore) -> None:
    placed = [await shop.ordered() for _ in range(5)]

    seen, cursor = [], None
    for _ in range(3):
        page = await store.newest(cursor, 2)
        seen += [row.id for row in page.items]
        cursor = page.next_cursor

    assert seen == placed[::-1]
    assert cursor is None


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        encode_cursor("orders", ["no id"]),
        encode_cursor("orders", [7]),
        encode_cursor("moves", [1]),
    ],
)
async def test_a_foreign_cursor_is_refused(store: OrderStore, cursor: str) -> None:
    with pytest.raises(BadCursor):
        await store.newest(cursor, 2)


async def test_a_row_of_the_list_tells_what_was_given_back(shop: Shop, store: OrderStore) -> None:
    order_id = await shop.paid((MUG, 2))
    await shop.checkout.refund_order(order_id, Money(700, "EUR"), reason="", attempt=named("refund-key-1"))

    (row,) = (await store.newest(None, 10)).items

    order = await store.get(order_id)
    assert (row.status, row.refunded_total) == (OrderStatus.PARTIALLY_REFUNDED, Money(700, "EUR"))
    assert (order.status, order.refunded_total) == (row.status, row.refunded_total)


async def test_what_went_back_and_what_a_bank_asks_for_come_along(shop: Shop, store: OrderStore) -> None:
    order_id = await shop.paid((MUG, 2), (TEA, 1))
    wish = RefundWish(
        lines=(RefundLine(1, 1),), shipping=Money(100, "EUR"), goodwill=Money(7, "EUR"), reason="chipped"
    )
    await shop.checkout.refund_order(order_id, wish, attempt=named("refund-1"))
    shop.provider.disputed["pi_cs_1"] = (
        ProviderDispute(
            provider_ref="du_1",
            status=DisputeStatus.OPEN,
            amount=Money(1_000, "EUR"),
            withdrawn=True,
            reason="fraudulent",
            opened_at=shop.clock.now(),
        ),
    )
    payment_id = (await shop.state(order_id)).newest_payment.id
    await shop.checkout.look_at_disputes(order_id, payment_id)

    order = await store.get(order_id)

    (refund,) = order.refunds
    assert (refund.lines, refund.shipping, refund.goodwill, refund.reason) == (
        (RefundedUnits(1, 1, Money(1_250, "EUR")),),
        Money(100, "EUR"),
        Money(7, "EUR"),
        "chipped",
    )
    assert (refund.amount, refund.status) == (Money(1_357, "EUR"), "succeeded")
    (dispute,) = order.disputes
    assert (dispute.status, dispute.amount, dispute.withdrawn) == ("open", Money(1_000, "EUR"), True)
    assert [entry.kind for entry in order.timeline[-2:]] == ["dispute.opened", "dispute.withdrawn"]
    assert order == await store.by_number(order.number)
