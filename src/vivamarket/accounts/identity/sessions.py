"""Sessions: begun at each rise of privilege, kept alive by refresh tokens, ended at once."""

from __future__ import annotations

from vivamarket.accounts.identity.access import AccessTokens
from vivamarket.accounts.identity.errors import NotAccepted, TokenRefused
from vivamarket.accounts.identity.marks import Marks
from vivamarket.accounts.identity.model import Caller, Customer, Session, SignedIn, new_session
from vivamarket.accounts.identity.ports import IdentityStore, SessionStore
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import IdSource


class Sessions:
    """Begins, refreshes, verifies and ends sessions.

    A session lives while its store knows it, its time has not come, and its epoch is still its customer's:
    so ending all of an account is one number in the account's own record, committed with the change that
    asks for it, and holds even for a session store that lags.
    """

    def __init__(
        self,
        *,
        customers: IdentityStore,
        store: SessionStore,
        tokens: AccessTokens,
        marks: Marks,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._customers = customers
        self._store = store
        self._tokens = tokens
        self._marks = marks
        self._clock = clock
        self._ids = ids

    async def begin(self, customer: Customer, *, instead_of: str | None = None) -> SignedIn:
        """Begin a session under a new id, and end the one it replaces."""
        session = new_session(self._ids.uuid7(), customer, self._clock.now())
        await self._store.add(session)
        if instead_of is not None:
            await self._store.end(instead_of)
        return await self._told(session, customer)

    async def refresh(self, refresh_token: str) -> SignedIn:
        """See ``IdentityProvider.refresh``."""
        named = self._marks.read_refresh_token(refresh_token)
        session = None if named is None else await self._store.get(named.session_id)
        if named is None or session is None:
            raise _ended()
        customer = await self._living(session)
        now = self._clock.now()
        if named.generation == session.generation:
            after = session.rotated(now)
            if await self._store.rotate(session, after):
                return await self._told(after, customer)
            session = await self._store.get(session.id)  # another tab was faster
        if session is None or not session.forgives(named.generation, now):
            await self._store.end(named.session_id)
            raise _ended()
        return await self._told(session, customer)

    async def verify(self, access_token: str) -> Caller:
        """See ``IdentityProvider.verify``."""
        try:
            claims = await self._tokens.verify(access_token)
        except TokenRefused:
            raise NotAccepted("Sign in first.") from None
        session = await self._store.seen(claims.session_id)
        if session is None or session.customer_id != claims.customer_id:
            raise _ended()
        return Caller(await self._living(session), session.id)

    async def end(self, session_id: str) -> None:
        """End one session."""
        await self._store.end(session_id)

    async def _living(self, session: Session) -> Customer:
        customer = await self._customers.by_id(session.customer_id)
        over = session.expires_at <= self._clock.now()
        if over or customer is None or customer.epoch != session.epoch:
            await self._store.end(session.id)
            raise _ended()
        return customer

    async def _told(self, session: Session, customer: Customer) -> SignedIn:
        access_token, access_expires_at = await self._tokens.issue(session)
        return SignedIn(
            customer=customer,
            session_id=session.id,
            access_token=access_token,
            access_expires_at=access_expires_at,
            refresh_token=self._marks.refresh_token(session.id, session.generation),
            refresh_expires_at=session.expires_at,
        )


def _ended() -> NotAccepted:
    return NotAccepted("Your session has ended. Sign in again.")
