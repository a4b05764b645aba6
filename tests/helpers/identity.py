"""A shop's identity provider over any stores, with parts that are quick and can be foreseen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import pyotp
from tests.helpers.accounts import QuickHasher
from tests.helpers.catalog import CountedIds, StillClock
from tests.helpers.checkout import Shop

from vivamarket.accounts.identity.access import AccessTokens
from vivamarket.accounts.identity.embedded import EmbeddedParts, EmbeddedProvider
from vivamarket.accounts.identity.embedded_passkeys import PasskeyParts
from vivamarket.accounts.identity.letters import Letter, LetterKind, Letters
from vivamarket.accounts.identity.limits import Attempts
from vivamarket.accounts.identity.marks import Marks
from vivamarket.accounts.identity.model import Caller, SignedIn
from vivamarket.accounts.identity.passkey_ports import PasskeyStore
from vivamarket.accounts.identity.passkeys import RelyingParty
from vivamarket.accounts.identity.ports import (
    AttemptStore,
    IdentityStore,
    SessionStore,
    SigningKeyStore,
)
from vivamarket.accounts.identity.sessions import Sessions
from vivamarket.accounts.identity.spare import CopiedSessionStore, SpareAttemptStore
from vivamarket.accounts.passwords import PasswordKeeper
from vivamarket.accounts.ports import PasswordPool
from vivamarket.adapters.local.box import AesBox
from vivamarket.adapters.local.jwt_signer import JwtSigner
from vivamarket.adapters.local.objects import FolderObjectStore
from vivamarket.adapters.local.passkeys import WebauthnReader
from vivamarket.adapters.local.qr import qr_svg
from vivamarket.adapters.local.totp import PyotpCodes
from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.adapters.memory.identity import (
    MemoryAttemptStore,
    MemoryIdentityStore,
    MemorySessionStore,
    MemorySigningKeyStore,
)
from vivamarket.adapters.memory.passkeys import MemoryPasskeyStore
from vivamarket.adapters.postgres.address_books import PostgresAddressBookStore
from vivamarket.adapters.postgres.alerts import PostgresAlertStore
from vivamarket.adapters.postgres.customers import (
    PostgresCustomerCartStore,
    PostgresCustomerOrderStore,
)
from vivamarket.adapters.postgres.identity import PostgresIdentityStore
from vivamarket.adapters.postgres.outbox import PostgresOutboxStore
from vivamarket.adapters.postgres.passkeys import PostgresPasskeyStore
from vivamarket.adapters.postgres.preferences import PostgresPreferenceStore
from vivamarket.adapters.postgres.privacy import PostgresPersonReader, PostgresPrivacyStore
from vivamarket.adapters.postgres.sessions import (
    PostgresAttemptStore,
    PostgresSessionStore,
    PostgresSigningKeyStore,
)
from vivamarket.adapters.valkey.attempts import ValkeyAttemptStore
from vivamarket.adapters.valkey.server import ValkeyServer
from vivamarket.adapters.valkey.sessions import ValkeySessionCopy
from vivamarket.addresses.service import AddressBooks
from vivamarket.alerts.service import AlertParts, AlertService, alert_seals
from vivamarket.api.customers import AccountServices
from vivamarket.cart.customers import CustomerCarts
from vivamarket.cart.service import CartService
from vivamarket.catalog.service import CatalogService
from vivamarket.kernel.outbox import OutboxStore
from vivamarket.orders.customers import CustomerOrders
from vivamarket.preferences.service import PreferenceService
from vivamarket.privacy.service import ExportLinks, PrivacyService
from vivamarket.shop.model import ShopProfile

ISSUER = "https://shop.test"
PARTY = RelyingParty.at(ISSUER)
KEY = "a key that only tests know, long enough to be one"
EMAIL, PASSWORD, NEW_PASSWORD = "jo@example.com", "correct horse battery", "another long password"
HOME = "10.0.0.1"
LEASE_SECONDS = 1_000_000.0
EVENTS_MAX = 1_000


@dataclass(frozen=True)
class IdentityStores:
    """What an identity provider keeps its records in."""

    customers: IdentityStore
    sessions: SessionStore
    attempts: AttemptStore
    keys: SigningKeyStore
    passkeys: PasskeyStore
    outbox: OutboxStore


def postgres_stores(pool: asyncpg.Pool) -> IdentityStores:
    return IdentityStores(
        PostgresIdentityStore(pool),
        PostgresSessionStore(pool),
        PostgresAttemptStore(pool),
        PostgresSigningKeyStore(pool),
        PostgresPasskeyStore(pool),
        PostgresOutboxStore(pool),
    )


def copied_stores(pool: asyncpg.Pool, valkey: ValkeyServer, clock: StillClock) -> IdentityStores:
    """PostgreSQL with Valkey in front, as a shop with both has it."""
    stores = postgres_stores(pool)
    return replace(
        stores,
        sessions=CopiedSessionStore(stores.sessions, ValkeySessionCopy(valkey), clock),
        attempts=SpareAttemptStore(ValkeyAttemptStore(valkey), stores.attempts),
    )


def memory_stores(clock: StillClock) -> IdentityStores:
    database = MemoryDatabase(clock)
    customers = MemoryIdentityStore(database.tables)
    return IdentityStores(
        customers,
        MemorySessionStore(),
        MemoryAttemptStore(),
        MemorySigningKeyStore(),
        MemoryPasskeyStore(customers),
        database.outbox,
    )


class OneSecret(PyotpCodes):
    """Gives everybody the same secret, so that a wrong code is wrong in every run."""

    def new_secret(self) -> str:
        return "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class IdentityHouse:
    """One provider with the mailbox of everybody who uses it."""

    def __init__(self, stores: IdentityStores, clock: StillClock, pool: PasswordPool | None = None) -> None:
        self.stores = stores
        self.clock = clock
        self.hasher = QuickHasher()
        self.marks = Marks(KEY)
        box, ids = AesBox(KEY), CountedIds()
        self.signer = JwtSigner(box)
        self.tokens = AccessTokens(stores.keys, self.signer, clock, issuer=ISSUER)
        self.letters = Letters(stores.customers, self.marks, clock)
        self.provider = EmbeddedProvider(
            EmbeddedParts(
                store=stores.customers,
                sessions=Sessions(
                    customers=stores.customers,
                    store=stores.sessions,
                    tokens=self.tokens,
                    marks=self.marks,
                    clock=clock,
                    ids=ids,
                ),
                keeper=PasswordKeeper(self.hasher, ids, pool),
                attempts=Attempts(stores.attempts, clock, ids),
                marks=self.marks,
                totp=OneSecret(),
                box=box,
                passkeys=PasskeyParts(stores.passkeys, WebauthnReader(), PARTY),
                clock=clock,
                ids=ids,
            )
        )

    async def mail(self) -> list[Letter]:
        """Return the letters of what happened since the last look, as the worker would write them."""
        events = await self.stores.outbox.claim(self.clock.now(), LEASE_SECONDS, EVENTS_MAX)
        await self.stores.outbox.done([event.event_id for event in events])
        found = [await self.letters.of(event) for event in events]
        return [letter for letter in found if letter is not None]

    async def code(self, kind: LetterKind) -> str:
        """Return the code of the one letter of that kind."""
        (letter,) = [each for each in await self.mail() if each.kind == kind]
        return letter.code

    async def ask(self, email: str = EMAIL, password: str = PASSWORD) -> None:
        """Ask for an account."""
        await self.provider.sign_up(email, password, name="Jo", locale="en", address=HOME)

    async def joined(self, email: str = EMAIL, password: str = PASSWORD) -> SignedIn:
        """Sign up, confirm, and be signed in."""
        await self.ask(email, password)
        code = await self.code(LetterKind.CONFIRM)
        return await self.provider.confirm(email, code, password, address=HOME)

    async def caller(self, signed_in: SignedIn) -> Caller:
        return await self.provider.verify(signed_in.access_token)

    async def with_totp(self) -> tuple[SignedIn, Callable[[], str]]:
        """Join with a second factor; return the session, and what the authenticator app shows now."""
        first = await self.joined()
        caller = await self.caller(first)
        secret = await self.provider.begin_totp(caller)

        def shown() -> str:
            return pyotp.TOTP(secret).at(self.clock.now())

        renewed = await self.provider.finish_totp(caller, secret, shown(), PASSWORD, address=HOME)
        return renewed, shown


def alert_parts_on(house: IdentityHouse, shop: Shop, pool: asyncpg.Pool) -> AlertParts:
    """Return what alerts work with, over that shop's records."""
    return AlertParts(
        store=PostgresAlertStore(pool),
        catalog=CatalogService(shop.catalog, shop.clock, shop.ids, required_locale="en"),
        stock=shop.stock,
        attempts=Attempts(house.stores.attempts, shop.clock, shop.ids),
        clock=shop.clock,
        ids=shop.ids,
        seals=alert_seals("alert-key"),
    )


def account_on(
    house: IdentityHouse,
    shop: Shop,
    pool: asyncpg.Pool,
    carts: CartService,
    profile: ShopProfile,
    *,
    folder: Path,
) -> AccountServices:
    """Return what the account routes call, over that shop's records."""
    owners = PostgresCustomerCartStore(pool)
    return AccountServices(
        house.provider,
        house.tokens,
        house.marks,
        CustomerCarts(
            carts=shop.carts, owners=owners, service=carts, clock=shop.clock, ids=shop.ids, shop=profile
        ),
        CustomerOrders(orders=shop.database.orders, owners=PostgresCustomerOrderStore(pool)),
        PreferenceService(
            store=PostgresPreferenceStore(pool), clock=shop.clock, ids=shop.ids, key="preferences-key"
        ),
        AlertService(alert_parts_on(house, shop, pool)),
        AddressBooks(PostgresAddressBookStore(pool)),
        qr_svg,
        PrivacyService(
            store=PostgresPrivacyStore(pool),
            people=PostgresPersonReader(pool),
            files=FolderObjectStore(folder),
            links=ExportLinks("export-key"),
            clock=shop.clock,
            ids=shop.ids,
        ),
    )
