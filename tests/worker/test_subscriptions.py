"""Who reacts to what."""

from __future__ import annotations

from collections.abc import Sequence

from vivamarket.accounts.identity.events import EVENT_KINDS as ACCOUNT_KINDS
from vivamarket.accounts.roster import STAFF_INVITED
from vivamarket.alerts.events import ALERT_ASKED
from vivamarket.kernel.events import Envelope
from vivamarket.notifications.service import EVENT_KINDS
from vivamarket.privacy.events import EVENT_KINDS as PRIVACY_KINDS
from vivamarket.webhooks.events import EVENT_TYPES
from vivamarket.worker.subscriptions import Reactions, subscriptions


async def mail(event: Envelope) -> None:
    raise AssertionError("only named here")


async def tell(event: Envelope) -> None:
    raise AssertionError("only named here")


async def show(events: Sequence[Envelope]) -> None:
    raise AssertionError("only named here")


async def finish(event: Envelope) -> None:
    raise AssertionError("only named here")


async def invoice(event: Envelope) -> None:
    raise AssertionError("only named here")


TABLE = subscriptions(
    Reactions(
        send_mail=mail,
        tell_merchants=tell,
        write_invoice=invoice,
        finish_return=finish,
        show_availability=show,
    )
)


def test_what_was_received_is_given_money_for() -> None:
    assert {kind for kind, handlers in TABLE.items() if finish in handlers} == {"return.received"}


def test_a_sale_and_a_refund_each_cause_a_paper() -> None:
    assert {kind for kind, handlers in TABLE.items() if invoice in handlers} == {
        "order.paid",
        "order.refunded",
    }


def test_merchants_hear_exactly_the_published_types() -> None:
    assert {kind for kind, handlers in TABLE.items() if tell in handlers} == set(EVENT_TYPES)


def test_every_event_with_a_mail_sends_it() -> None:
    assert {kind for kind, handlers in TABLE.items() if mail in handlers} == {
        *EVENT_KINDS,
        *ACCOUNT_KINDS,
        ALERT_ASKED,
        STAFF_INVITED,
        *PRIVACY_KINDS,
    }


def test_merchants_are_told_first_so_that_a_failing_mail_delays_nobody() -> None:
    assert all(handlers[0] is tell for handlers in TABLE.values() if tell in handlers)
