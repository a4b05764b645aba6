"""What every DiaryStore promises, and what of an order's mails can be sent again."""

from __future__ import annotations

import asyncio

import pytest
from tests.helpers.checkout import MUG, Shop
from tests.helpers.stores import Database

from vivamarket.kernel.ids import OrderId
from vivamarket.orders.diary import (
    ENTRIES_MAX,
    MAILS_AGAIN_MAX,
    MAILS_AGAIN_SPAN,
    DiaryFull,
    DiaryKind,
    EmptyNote,
    MailedTooOften,
    NoSuchMail,
    OrderDiary,
    mails_of,
)


@pytest.fixture
def diary(shop: Shop, database: Database) -> OrderDiary:
    return OrderDiary(diary=database.diary, clock=shop.clock, ids=shop.ids)


async def wanted(database: Database, shop: Shop) -> list[dict[str, object]]:
    claimed = await database.outbox.claim(shop.clock.now(), 60.0, 50)
    return [dict(each.payload) for each in claimed if each.kind == "order.mail_wanted"]


async def test_notes_are_kept_oldest_first(shop: Shop, diary: OrderDiary) -> None:
    order_id = await shop.ordered()

    await diary.note(order_id, "  first ", author="Ana", request_key="1")
    shop.later(minutes=1)
    await diary.note(order_id, "second", author="Bo", request_key="2")
    await diary.note(order_id, "second", author="Bo", request_key="2")

    kept = await diary.of_order(order_id)
    assert [(each.kind, each.text, each.author) for each in kept] == [
        (DiaryKind.NOTE, "first", "Ana"),
        (DiaryKind.NOTE, "second", "Bo"),
    ]
    assert await diary.of_order(await shop.ordered()) == ()


async def test_a_note_says_something(shop: Shop, diary: OrderDiary) -> None:
    with pytest.raises(EmptyNote):
        await diary.note(await shop.ordered(), " \n", author="Ana", request_key="1")


async def test_a_diary_has_an_end_whoever_writes_at_the_same_time(shop: Shop, diary: OrderDiary) -> None:
    order_id = await shop.ordered()
    for number in range(ENTRIES_MAX - 1):
        await diary.note(order_id, "x", author="Ana", request_key=f"{number}")

    answers = await asyncio.gather(
        *(diary.note(order_id, "last", author="Ana", request_key=f"last-{n}") for n in range(4)),
        return_exceptions=True,
    )

    assert [type(each) for each in answers if isinstance(each, BaseException)] == [DiaryFull] * 3
    assert len(await diary.of_order(order_id)) == ENTRIES_MAX


async def test_a_mail_sent_again_is_told_with_the_facts_of_its_event(
    shop: Shop, diary: OrderDiary, database: Database
) -> None:
    order_id = await shop.paid((MUG, 2))
    parcel = await shop.ship(order_id, (1, 1))
    await shop.refund_units(order_id, 1, 1)
    order = await shop.orders.by_id(order_id)

    assert [(each.mail, each.subject_id) for each in mails_of(order)] == [
        ("order.paid", ""),
        ("order.refunded", order.refunds[0].id),
        ("order.shipped", parcel),
    ]
    for _ in range(2):
        await diary.mail_again(order, "order.shipped", parcel, author="Ana", request_key="again")

    (told,) = await wanted(database, shop)
    assert (told["order_id"], told["mail"]) == (order_id, "order.shipped")
    facts = told["facts"]
    assert isinstance(facts, dict)
    assert (facts["tracking_number"], facts["units"]) == (
        "ES1",
        [{"position": 1, "sku": MUG, "quantity": 1}],
    )
    assert [(each.kind, each.text) for each in await diary.of_order(order_id)] == [
        (DiaryKind.MAIL, "order.shipped")
    ]


async def test_what_an_order_never_caused_is_not_sent(shop: Shop, diary: OrderDiary) -> None:
    order = await shop.orders.by_id(await shop.ordered())

    with pytest.raises(NoSuchMail):
        await diary.mail_again(order, "order.paid", "", author="Ana", request_key="again")


async def test_mails_again_are_few_within_the_hour(shop: Shop, diary: OrderDiary, database: Database) -> None:
    order = await shop.orders.by_id(await shop.paid())

    async def again(number: int) -> None:
        await diary.mail_again(order, "order.paid", "", author="Ana", request_key=f"again-{number}")

    answers = await asyncio.gather(*(again(n) for n in range(MAILS_AGAIN_MAX + 3)), return_exceptions=True)
    shop.later(seconds=MAILS_AGAIN_SPAN.total_seconds() + 1)
    await again(99)

    assert [type(each) for each in answers if isinstance(each, BaseException)] == [MailedTooOften] * 3
    assert len(await wanted(database, shop)) == MAILS_AGAIN_MAX + 1


async def test_erased_notes_hold_no_words_any_more(shop: Shop, diary: OrderDiary, database: Database) -> None:
    erased, other = await shop.paid(), await shop.ordered()
    for order_id in (erased, other):
        await diary.note(OrderId(order_id), "Jo called", author="Ana", request_key="1")
    order = await shop.orders.by_id(erased)
    await diary.mail_again(order, "order.paid", "", author="Ana", request_key="2")

    assert [await database.diary.erase([erased]) for _ in range(2)] == [1, 0]
    assert [each.text for each in await diary.of_order(erased)] == ["", "order.paid"]
    assert [each.text for each in await diary.of_order(other)] == ["Jo called"]
