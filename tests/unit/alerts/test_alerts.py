"""Stock alerts from the wish to the mail."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

import pytest
from tests.helpers.catalog import CountedIds, StillClock
from tests.helpers.checkout import EBOOK, MUG, Shop
from tests.helpers.identity import HOME

from vivamarket.accounts.identity.errors import BadCustomer, TooManyAttempts
from vivamarket.accounts.identity.limits import Attempts
from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.adapters.memory.alerts import MemoryAlertStore
from vivamarket.adapters.memory.identity import MemoryAttemptStore
from vivamarket.alerts.errors import AlertNotFound, InStock
from vivamarket.alerts.model import ASKED_LIFE
from vivamarket.alerts.ports import AlertWords
from vivamarket.alerts.service import ALERTS, AlertParts, AlertService, alert_seals
from vivamarket.alerts.telling import MAILS_MAX, AlertTelling
from vivamarket.catalog.errors import ProductNotFound
from vivamarket.catalog.service import CatalogService
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.ids import CustomerId, Sku, uuid7

JO, MAX = CustomerId(uuid7(1, 1)), CustomerId(uuid7(2, 2))
EMAIL = "jo@example.com"


class Letterbox:
    """Keeps what was sent, one mail an id."""

    def __init__(self) -> None:
        self.confirmations: list[AlertWords] = []
        self.told: dict[str, AlertWords] = {}
        self.sent: Counter[str] = Counter()
        self.fails_after: int | None = None

    async def ask_to_confirm(self, mail_id: str, words: AlertWords, written_at: datetime) -> None:
        self.confirmations.append(words)

    async def tell(self, mail_id: str, words: AlertWords, written_at: datetime) -> None:
        if self.fails_after is not None and len(self.told) >= self.fails_after:
            raise Unavailable("The post is away.")
        self.sent[mail_id] += 1
        self.told[mail_id] = words


class Stock:
    """What can be bought."""

    def __init__(self) -> None:
        self.left: dict[Sku, int] = {}
        self.then: Callable[[], Awaitable[None]] | None = None

    async def available(self, skus: Sequence[Sku]) -> Mapping[Sku, int]:
        return {sku: self.left.get(sku, 0) for sku in skus}


class House:
    """Alerts over a small shop in memory."""

    def __init__(self, shop: Shop, clock: StillClock, database: MemoryDatabase) -> None:
        self.clock, self.stock, self.post, self.database = clock, Stock(), Letterbox(), database
        self.addresses: dict[CustomerId, str] = {JO: EMAIL, MAX: "max@example.com"}
        ids = CountedIds(clock)
        self.store = MemoryAlertStore(database.tables)
        parts = AlertParts(
            store=self.store,
            catalog=CatalogService(shop.catalog, clock, ids, required_locale="en"),
            stock=self.stock,
            attempts=Attempts(MemoryAttemptStore(), clock, ids),
            clock=clock,
            ids=ids,
            seals=alert_seals("key"),
        )
        self.service = AlertService(parts)
        self.telling = AlertTelling(parts, self.post, self._address_of)

    async def _address_of(self, customer_id: CustomerId) -> str | None:
        return self.addresses.get(customer_id)

    async def ask(self, email: str = EMAIL) -> str:
        """Ask as a guest; return the token that the mail brings."""
        await self.service.ask(MUG, email, "en", address=HOME)
        for event in await self.database.outbox.claim(self.clock.now(), 60, 100):
            await self.telling.handle(event)
            await self.database.outbox.done([event.event_id])
        return alert_seals("key").sealed("stock", self.post.confirmations[-1].alert.id)

    async def comes_back(self, left: int = 5) -> None:
        self.stock.left[MUG] = left
        await self.telling.availability_changed([MUG])

    async def work(self) -> None:
        for _ in range(20):
            if not await self.telling.run_once():
                return
        pytest.fail("the job never comes to rest")


@pytest.fixture
async def house() -> House:
    clock = StillClock()
    database = MemoryDatabase(clock)
    shop = Shop(database)
    await shop.open(MUG=0)
    return House(shop, shop.clock, database)


async def test_a_guest_is_told_once_and_then_forgotten(house: House) -> None:
    token = await house.ask()
    assert house.post.confirmations[0].token == token
    confirmed = await house.service.confirm(token)
    assert confirmed.product is not None

    await house.comes_back()
    await house.work()
    await house.comes_back()
    await house.work()

    assert [words.to for words in house.post.told.values()] == [EMAIL]
    with pytest.raises(AlertNotFound):
        await house.service.confirm(token)


async def test_who_never_confirmed_is_never_told(house: House) -> None:
    token = await house.ask()

    await house.comes_back()
    await house.work()

    assert house.post.told == {}
    house.clock.time += ASKED_LIFE
    with pytest.raises(AlertNotFound):
        await house.service.confirm(token)
    assert await house.service.forget() == 1


async def test_who_took_it_back_is_not_told(house: House) -> None:
    token = await house.ask()
    await house.service.confirm(token)

    await house.service.stop(token)
    await house.service.stop(token)
    await house.comes_back()
    await house.work()

    assert house.post.told == {}


@pytest.mark.parametrize("token", ["", "x", "a.b", "019a0000-0000-7000-8000-000000000000.guessed", "é" * 300])
async def test_a_forged_link_does_nothing(house: House, token: str) -> None:
    for use in (house.service.confirm, house.service.stop):
        with pytest.raises(AlertNotFound):
            await use(token)


async def test_a_customer_waits_without_a_mail_and_is_told_at_the_present_address(house: House) -> None:
    await house.service.ask_as_customer(JO, MUG, "en")
    await house.service.ask_as_customer(JO, MUG, "en")
    house.addresses[JO] = "new@example.com"

    await house.comes_back()
    await house.work()

    assert house.post.confirmations == []
    assert [words.to for words in house.post.told.values()] == ["new@example.com"]
    assert await house.service.of_customer(JO) == ()


async def test_a_customer_who_wants_no_mails_now_waits_on(house: House) -> None:
    await house.service.ask_as_customer(JO, MUG, "en")
    await house.service.ask_as_customer(MAX, MUG, "en")
    kept = house.addresses.pop(JO)

    await house.comes_back()
    await house.work()
    assert [words.to for words in house.post.told.values()] == ["max@example.com"]

    house.addresses[JO] = kept
    await house.comes_back()
    await house.work()
    assert [words.to for words in house.post.told.values()] == ["max@example.com", EMAIL]


async def test_a_customer_takes_back_only_their_own(house: House) -> None:
    alert = await house.service.ask_as_customer(JO, MUG, "en")

    await house.service.stop_as_customer(MAX, alert.id)
    assert [each.alert for each in await house.service.of_customer(JO)] == [alert]

    await house.service.stop_as_customer(JO, alert.id)
    assert await house.service.of_customer(JO) == ()


async def test_many_are_told_in_bounded_rounds_and_each_once_although_the_post_fails(house: House) -> None:
    people = [CustomerId(uuid7(n, n)) for n in range(10, 10 + 2 * MAILS_MAX + 5)]
    for person in people:
        house.addresses[person] = f"{person}@example.com"
        await house.service.ask_as_customer(person, MUG, "en")
    await house.comes_back()
    house.post.fails_after = MAILS_MAX - 3
    with pytest.raises(Unavailable):
        await house.telling.run_once()
    house.post.fails_after = None

    before = len(house.post.told)
    await house.telling.run_once()
    assert len(house.post.told) - before == MAILS_MAX
    await house.work()

    assert len(house.post.told) == len(people)
    assert set(house.post.sent.values()) == {1}


async def test_what_sells_out_again_leaves_the_others_waiting(house: House) -> None:
    await house.service.ask_as_customer(JO, MUG, "en")
    await house.comes_back()
    house.stock.left[MUG] = 0

    await house.work()
    assert house.post.told == {}

    await house.comes_back()
    await house.work()
    assert len(house.post.told) == 1


async def test_what_came_back_while_somebody_was_asking_is_told(house: House) -> None:
    token = await house.ask()
    house.stock.left[MUG] = 3  # Its event finds nobody who waits yet.
    await house.telling.availability_changed([MUG])

    await house.service.confirm(token)
    await house.work()

    assert len(house.post.told) == 1


async def test_there_is_nothing_to_wait_for_when_it_can_be_bought(house: House) -> None:
    house.stock.left[MUG] = 1

    for sku in (MUG, EBOOK):
        with pytest.raises(InStock if sku == MUG else (InStock, ProductNotFound)):
            await house.service.ask_as_customer(JO, sku, "en")
    with pytest.raises(ProductNotFound):
        await house.service.ask(Sku("NOTHING"), EMAIL, "en", address=HOME)


async def test_nobody_can_have_a_stranger_flooded_with_mails(house: House) -> None:
    for _ in range(ALERTS.per_account_max):
        await house.ask()

    with pytest.raises(TooManyAttempts):
        await house.ask()
    house.clock.time += ALERTS.window + timedelta(seconds=1)
    await house.ask()
    with pytest.raises(BadCustomer):
        await house.service.ask(MUG, "nobody", "en", address=HOME)


def test_the_window_is_not_forgotten_before_its_end() -> None:
    from vivamarket.accounts.identity.limits import WINDOW_MAX

    assert ALERTS.window <= WINDOW_MAX
    assert re.fullmatch(r"[a-z]+", ALERTS.name)
