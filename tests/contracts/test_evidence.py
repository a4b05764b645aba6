"""What every EvidenceReader and reader of the books promises: all that is written, in one order."""

from tests.helpers.catalog import NOON
from tests.helpers.checkout import MUG, TEA, VASE, Shop, named
from tests.helpers.stores import Database

from vivamarket.inventory.model import MAIN_LOCATION, ReservationStatus
from vivamarket.kernel.ids import OrderId, uuid7
from vivamarket.kernel.money import Money
from vivamarket.payments.ledger import Account, LedgerKind


async def test_every_order_comes_with_all_that_hangs_on_it(shop: Shop) -> None:
    order_id = await shop.paid((TEA, 1), (MUG, 2))
    waiting = await shop.ordered((VASE, 3))

    evidence = await shop.evidence.read()

    assert [each.state.id for each in evidence.orders] == [order_id, waiting]
    paid = evidence.orders[0]
    assert paid.state == await shop.state(order_id)
    assert (paid.captured, paid.refunded) == (paid.state.total, Money(0, "EUR"))
    assert [(each.machine, each.event) for each in paid.steps][-1] == ("order", "paid")
    assert [(each.sku, each.quantity, each.status) for each in paid.reservations] == [
        (MUG, 2, ReservationStatus.CLAIMED),
        (TEA, 1, ReservationStatus.CLAIMED),
    ]
    assert (
        paid.ledger["provider_clearing"]
        == paid.state.total.minor_units
        == -sum(amount for account, amount in paid.ledger.items() if account != "provider_clearing")
    )


async def test_stock_and_its_journal_are_summed_per_item(shop: Shop) -> None:
    await shop.ordered((VASE, 3))
    await shop.stock.set_on_hand([(MUG, 7)])

    evidence = await shop.evidence.read()

    assert [(each.sku, each.on_hand, each.held) for each in evidence.stock] == [
        (MUG, 7, 0),
        (TEA, 50, 0),
        (VASE, 0, 3),
    ]
    assert evidence.moved == {(MAIN_LOCATION, MUG): 7, (MAIN_LOCATION, TEA): 50}
    assert evidence.unbalanced == ()


async def test_the_books_of_an_order_are_read_oldest_first(shop: Shop, database: Database) -> None:
    order_id = await shop.paid((MUG, 2))
    await shop.checkout.refund_order(order_id, Money(500, "EUR"), reason="", attempt=named("refund-key-1"))
    state = await shop.state(order_id)

    sale, refund = await database.ledger.of_order(order_id)

    assert (sale.kind, sale.payment_id, sale.refund_id) == (LedgerKind.SALE, state.payments[0].id, None)
    assert (refund.kind, refund.refund_id, refund.at) == (LedgerKind.REFUND, state.refunds[0].id, NOON)
    assert sale.entries[0].account is Account.PROVIDER_CLEARING
    amounts = [entry.amount.minor_units for entry in sale.entries]
    assert amounts == sorted(amounts, reverse=True)
    assert await database.ledger.of_order(OrderId(uuid7(1, 1))) == ()
