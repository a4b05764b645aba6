"""What clients were told against what is written: each broken promise is found, by its number."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from vivamarket.checkout.histories import Acknowledged, Answered, Asked, History, broken_promises
from vivamarket.checkout.invariants import Evidence, RecordedStep
from vivamarket.checkout.transitions import Machine
from vivamarket.kernel.money import Money

ORDER = "order-1"
PLACED = Acknowledged(client="jo", cart_id="cart-1", order_id=ORDER, confirmed=1_250, total=1_250)


def written(*events: tuple[Machine, str], total: int = 1_250) -> Evidence:
    """Return evidence of one order with that history; the rest of an order does not matter here."""
    steps = tuple(RecordedStep(machine, ORDER, event, None, "") for machine, event in events)
    order: Any = SimpleNamespace(
        state=SimpleNamespace(id=ORDER, number="VM-1", total=Money(total, "EUR")),
        steps=steps,
        cart_id="cart-1",
    )
    return Evidence(orders=(order,), stock=(), moved={}, unbalanced=())


def broken(history: History, evidence: Evidence, *, settled: bool = False) -> list[str]:
    return [each.invariant for each in broken_promises(history, evidence, settled=settled)]


def test_a_history_that_fits_breaks_nothing() -> None:
    history = History(acknowledged=[PLACED], asked=[(ORDER, 1_250)])
    history.effects[ORDER, "order.paid"] = 1

    assert broken(history, written((Machine.ORDER, "paid")), settled=True) == []


def test_two_answers_to_one_key_are_found() -> None:
    answers = [Answered("jo", "key", 201, b"a"), Answered("jo", "key", 201, b"b")]

    assert broken(History(answers=answers), written()) == ["I10"]


def test_the_same_key_of_another_client_is_another_key() -> None:
    answers = [Answered("jo", "key", 201, b"a"), Answered("al", "key", 201, b"b")]

    assert broken(History(answers=answers), written()) == []


def test_two_orders_of_one_cart_are_found() -> None:
    other = Acknowledged(client="jo", cart_id="cart-1", order_id="order-2", confirmed=1, total=1)

    assert "I10" in broken(History(acknowledged=[PLACED, other]), written())


def test_an_order_that_was_refused_to_every_key_that_asked_for_it_is_found() -> None:
    wishes = [Asked("jo", "cart-1", "key-1"), Asked("jo", "cart-1", "key-2")]
    refused = [Answered("jo", "key-1", 409, b""), Answered("jo", "key-2", 422, b"")]

    assert broken(History(wishes=wishes, answers=refused), written()) == ["I10"]


def test_an_order_that_was_told_to_one_of_its_keys_is_fine() -> None:
    wishes = [Asked("jo", "cart-1", "key-1"), Asked("jo", "cart-1", "key-2")]
    told = [Answered("jo", "key-1", 409, b""), Answered("jo", "key-2", 201, b"")]

    assert broken(History(wishes=wishes, answers=told), written()) == []


def test_a_key_that_was_never_answered_may_be_the_one_of_the_order() -> None:
    wishes = [Asked("jo", "cart-1", "key-1"), Asked("jo", "cart-1", "key-2")]

    assert broken(History(wishes=wishes, answers=[Answered("jo", "key-1", 409, b"")]), written()) == []


def test_an_order_at_another_price_than_confirmed_is_found() -> None:
    assert broken(History(acknowledged=[PLACED]), written(total=1_499)) == ["I9"]


def test_a_payment_page_that_asks_for_another_amount_is_found() -> None:
    assert broken(History(asked=[(ORDER, 999)]), written()) == ["I9"]


def test_an_acknowledged_order_that_is_gone_is_found() -> None:
    gone = Acknowledged(client="jo", cart_id="cart-2", order_id="order-2", confirmed=1, total=1)

    assert broken(History(acknowledged=[gone]), written()) == ["I12"]


def test_another_shoppers_data_is_found() -> None:
    assert broken(History(leaks=[("jo", "al@")]), written()) == ["I18"]


def test_an_effect_that_is_missing_or_made_twice_is_found_once_all_is_settled() -> None:
    paid = written((Machine.ORDER, "paid"))
    twice = History()
    twice.effects[ORDER, "order.paid"] = 2

    assert broken(History(), paid) == []
    assert broken(History(), paid, settled=True) == ["I13"]
    assert broken(twice, paid, settled=True) == ["I13"]
