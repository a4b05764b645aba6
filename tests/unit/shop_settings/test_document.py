"""Settings that contradict themselves are refused where they do; others follow at once."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.helpers.payment import ManualClock

from vivamarket.adapters.memory.shop_settings import MemoryShopSettingsStore
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import StaffId
from vivamarket.kernel.money import Money
from vivamarket.shop.model import CaptureMode
from vivamarket.shop_file import read_shop_file
from vivamarket.shop_settings import LiveSettings, SettingsDocument, ShopSettings
from vivamarket.shop_settings.document import check, differences
from vivamarket.shop_settings.errors import BadSettings
from vivamarket.shop_settings.model import SettingsVersion

DOCUMENT = read_shop_file().document
SAM = StaffId("sam")


def changed(place: str, value: Any) -> SettingsDocument:
    """Return the default settings with another value at that place, such as ``shipping/0/name``."""
    built = msgspec.to_builtins(DOCUMENT)
    *way, last = place.split("/")
    here: Any = built
    for step in way:
        here = here[int(step) if step.isdigit() else step]
    here[int(last) if last.isdigit() else last] = value
    return msgspec.convert(built, SettingsDocument)


@pytest.mark.parametrize(
    ("place", "value", "pointer"),
    [
        ("shop/currencies", ["EUR", "EUR"], "/shop/currencies"),
        ("shop/home_country", "AQ", "/shop/home_country"),
        ("tax/1/countries", ["ES"], "/tax"),
        ("tax/0/rates_ppm", {"reduced": 100_000}, "/tax/0/rates_ppm"),
        ("shipping/1/countries", ["ES"], "/shipping"),
        ("shipping/1/name", "Home", "/shipping"),
        ("shipping/0/methods/1/key", "standard", "/shipping/0/methods"),
        ("shipping/0/methods/0/price", {}, "/shipping/0/methods/0"),
        ("shipping/0/methods/1/price", {"EUR": 1}, "/shipping/0/methods/1"),
        ("shipping/0/methods/0/days", [3, 2], "/shipping/0/methods/0/days"),
        ("shipping/0/methods/1/steps/0/up_to_grams", 10_000, "/shipping/0/methods/1/steps"),
    ],
)
def test_what_contradicts_itself_is_refused_at_its_place(place: str, value: Any, pointer: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        check(changed(place, value))

    assert refusal.value.fields["pointer"] == pointer


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("shop/email", "no address"),
        ("shop/home_country", "Spain"),
        ("tax/0/rates_ppm", {"standard": 1_000_001}),
        ("shipping/0/methods/0/price", {"EUR": -1}),
        ("shipping/0/methods/0/key", "Stándard"),
        ("shipping/0/methods", []),
    ],
)
def test_what_is_no_value_of_its_kind_is_no_document(place: str, value: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        changed(place, value)


def test_differences_are_told_by_names() -> None:
    after = changed("shipping/0/methods/0/price", {"EUR": 490, "USD": 450})

    assert list(differences(DOCUMENT, after)) == [("/shipping/Home/methods/standard/price/EUR", "390", "490")]


async def test_a_change_is_followed_whole_and_new_currencies_wait_for_a_start() -> None:
    store, clock = MemoryShopSettingsStore(), ManualClock()
    settings, live = ShopSettings(store, DOCUMENT, clock), LiveSettings(store, DOCUMENT, clock)
    told: list[str] = []
    live.tell(lambda: told.append("changed"))
    dearer = changed("shipping/0/methods/0/price", {"EUR": 490})
    renamed = msgspec.structs.replace(
        dearer,
        shop=msgspec.structs.replace(dearer.shop, name="Other", email="a@b.example", currencies=("EUR",)),
    )

    await live.start()
    done = await settings.change(renamed, version=0, staff_id=SAM)
    assert live.profile.name == "VivaMarket"
    await live.follow()
    await live.follow()

    assert (done.before, done.after.version) == (DOCUMENT, 1)
    assert (live.profile.name, live.profile.email, told) == ("Other", "a@b.example", ["changed"])
    assert live.profile.currencies == DOCUMENT.shop.currencies
    (option,) = (
        each
        for each in live.shipping.options("ES", weight_grams=1, subtotal=Money(100, "EUR"))
        if each.method.key == "standard"
    )
    assert option.price == Money(490, "EUR")
    restarted = LiveSettings(store, DOCUMENT, clock)
    await restarted.start()
    assert (restarted.profile.name, restarted.profile.currencies) == ("Other", ("EUR",))
    with pytest.raises(StaleVersion):
        await settings.change(DOCUMENT, version=0, staff_id=SAM)
    with pytest.raises(BadSettings, match="shop file"):
        await settings.change(changed("shop/locales", ["fr"]), version=1, staff_id=SAM)


async def test_when_money_is_taken_follows_and_an_old_version_leaves_it_to_the_shop_file() -> None:
    store, clock = MemoryShopSettingsStore(), ManualClock()
    file = changed("payments/capture", "manual")
    settings, live = ShopSettings(store, file, clock), LiveSettings(store, file, clock)
    before_it_was_known = msgspec.structs.replace(DOCUMENT, payments=None)
    await store.put(
        SettingsVersion(version=1, document=before_it_was_known, changed_at=clock.now(), staff_id=SAM)
    )

    await live.start()
    held, _ = await settings.read()
    at_first = live.profile.capture
    await settings.change(DOCUMENT, version=1, staff_id=SAM)
    await live.follow()
    newest, first = (await settings.versions(None, 10)).items

    assert (held, at_first, live.profile.capture) == (file, CaptureMode.MANUAL, CaptureMode.AUTOMATIC)
    assert newest.changes == (("/payments/capture", "manual", "automatic"),)
    assert first.changes == ()
    assert await settings.at(1) == file


@pytest.mark.parametrize("email", ["a,b@shop.test", "a b@shop.test", "(a)@shop.test", "a@b@shop.test", "a"])
def test_an_address_that_no_mail_can_come_from_is_refused(email: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        changed("shop/email", email)
