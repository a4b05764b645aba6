"""Accounts of staff and of customers, as web, worker and the first start use them."""

from __future__ import annotations

from dataclasses import dataclass

from vivamarket.accounts.identity.access import AccessTokens
from vivamarket.accounts.identity.embedded import EmbeddedParts, EmbeddedProvider
from vivamarket.accounts.identity.embedded_passkeys import PasskeyParts
from vivamarket.accounts.identity.letters import Letters
from vivamarket.accounts.identity.limits import Attempts
from vivamarket.accounts.identity.marks import Marks
from vivamarket.accounts.identity.passkeys import RelyingParty
from vivamarket.accounts.identity.ports import SessionStore
from vivamarket.accounts.identity.sessions import Sessions
from vivamarket.accounts.passwords import PasswordKeeper
from vivamarket.accounts.service import AccountService, SecondFactors
from vivamarket.adapters.local.box import AesBox
from vivamarket.adapters.local.jwt_signer import JwtSigner
from vivamarket.adapters.local.passkeys import WebauthnReader
from vivamarket.adapters.local.passwords import Argon2Hasher
from vivamarket.adapters.local.qr import qr_svg
from vivamarket.adapters.local.totp import PyotpCodes
from vivamarket.adapters.postgres.accounts import PostgresStaffStore
from vivamarket.adapters.postgres.address_books import PostgresAddressBookStore
from vivamarket.adapters.postgres.customers import (
    PostgresCustomerCartStore,
    PostgresCustomerOrderStore,
)
from vivamarket.adapters.postgres.identity import PostgresIdentityStore
from vivamarket.adapters.postgres.passkeys import PostgresPasskeyStore
from vivamarket.adapters.postgres.sessions import PostgresSigningKeyStore
from vivamarket.addresses.service import AddressBooks
from vivamarket.api.customers import AccountServices
from vivamarket.bootstrap.alerts import alerts_of
from vivamarket.bootstrap.preferences import preferences_of
from vivamarket.bootstrap.privacy import privacy_of
from vivamarket.bootstrap.quick import attempts_of, sessions_of
from vivamarket.bootstrap.shop import Shop
from vivamarket.cart.customers import CustomerCarts
from vivamarket.cart.service import CartService
from vivamarket.orders.customers import CustomerOrders

FORGET_MAX = 1_000


def accounts_of(shop: Shop) -> AccountService:
    """Build the use cases of staff accounts."""
    factors = SecondFactors(
        totp=PyotpCodes(),
        box=AesBox(shop.secrets.token_key),
        are_required=shop.settings.staff_second_factor,
    )
    return AccountService(
        PostgresStaffStore(shop.pool),
        Argon2Hasher(),
        shop.clock,
        shop.ids,
        factors,
        attempts=attempts_of(shop),
        pool=shop.home.staff_pool,
    )


@dataclass(frozen=True, slots=True)
class Identity:
    """The embedded identity provider and its parts."""

    provider: EmbeddedProvider
    tokens: AccessTokens
    marks: Marks
    letters: Letters
    customers: PostgresIdentityStore
    sessions: SessionStore
    passkeys: PostgresPasskeyStore
    attempts: Attempts
    shop: Shop

    async def forget(self) -> int:
        """Remove ended codes, sessions and questions and old attempts, so many each; return how many went."""
        now = self.shop.clock.now()
        gone = await self.customers.forget(now, FORGET_MAX) + await self.sessions.forget(now, FORGET_MAX)
        gone += await self.passkeys.forget(now, FORGET_MAX)
        return gone + await self.attempts.forget(FORGET_MAX)


def identity_of(shop: Shop) -> Identity:
    """Build the customers' identity."""
    key = shop.secrets.token_key
    box, marks = AesBox(key), Marks(key)
    customers, sessions = PostgresIdentityStore(shop.pool), sessions_of(shop)
    attempts = attempts_of(shop)
    tokens = AccessTokens(
        PostgresSigningKeyStore(shop.pool), JwtSigner(box), shop.clock, issuer=shop.settings.public_url
    )
    passkeys = PostgresPasskeyStore(shop.pool)
    party = RelyingParty.at(shop.settings.public_url)
    provider = EmbeddedProvider(
        EmbeddedParts(
            store=customers,
            sessions=Sessions(
                customers=customers,
                store=sessions,
                tokens=tokens,
                marks=marks,
                clock=shop.clock,
                ids=shop.ids,
            ),
            keeper=PasswordKeeper(Argon2Hasher(), shop.ids, shop.home.customers_pool),
            attempts=attempts,
            marks=marks,
            totp=PyotpCodes(),
            box=box,
            passkeys=PasskeyParts(passkeys, WebauthnReader(), party),
            clock=shop.clock,
            ids=shop.ids,
        )
    )
    letters = Letters(customers, marks, shop.clock)
    return Identity(provider, tokens, marks, letters, customers, sessions, passkeys, attempts, shop)


def account_of(shop: Shop, carts: CartService) -> AccountServices:
    """Build what a customer's account routes call."""
    identity = identity_of(shop)
    return AccountServices(
        identity.provider,
        identity.tokens,
        identity.marks,
        CustomerCarts(
            carts=shop.cart_store,
            owners=PostgresCustomerCartStore(shop.pool),
            service=carts,
            clock=shop.clock,
            ids=shop.ids,
            shop=shop.file.profile,
        ),
        CustomerOrders(orders=shop.order_store, owners=PostgresCustomerOrderStore(shop.pool)),
        preferences_of(shop),
        alerts_of(shop),
        AddressBooks(PostgresAddressBookStore(shop.pool)),
        qr_svg,
        privacy_of(shop),
    )
