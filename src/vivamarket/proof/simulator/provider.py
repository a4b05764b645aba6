"""The payment provider of the run: the sandbox's core in this process, its pages, its webhooks, its books."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from vivamarket.adapters.stripe import WEBHOOK_EVENTS, AppTransport, StripeGateway
from vivamarket.adapters.stripe.reading import ORDER_KEY
from vivamarket.adapters.stripe.transport import TransportFailed
from vivamarket.checkout.invariants import ProviderBooks
from vivamarket.kernel.ids import OrderId
from vivamarket.payments.breaker import CircuitBreaker, GuardedGateway
from vivamarket.payments.ports import PaymentGateway
from vivamarket.proof.simulator.late import MEANWHILE_SECONDS, LateMoney
from vivamarket.proof.simulator.lightstripe import LightStripeGateway
from vivamarket.proof.simulator.lines import FATES, Line
from vivamarket.proof.simulator.process import Process, ProcessClock
from vivamarket.sandbox import ApiHandler, ApiRequest, Deliverer, FaultPlan, Provider, create_sandbox_app
from vivamarket.sandbox.asgi import AsgiApp
from vivamarket.sandbox.book import CHARGE_DISPUTE, DELIVERY, INTENT_SETTLE, REFUND_SETTLE
from vivamarket.sandbox.cards import card_by_key
from vivamarket.sandbox.deliveries import sign
from vivamarket.sandbox.errors import ApiError
from vivamarket.sandbox.faults import CallRule, WebhookRule
from vivamarket.sandbox.model import Charge, Intent, Session
from vivamarket.sandbox.ports import Duty, WebhookUnreachable
from vivamarket.sandbox.store import SqliteRecordStore

if TYPE_CHECKING:
    from vivamarket.proof.simulator.world import World

BASE = "https://pay.example/sandbox"
SECRET_KEY = "sk_test_simulated"
WEBHOOK_SECRET = "whsec_simulated"
WEBHOOK_URL = "https://shop.example/api/v1/webhooks/stripe"
RECORDS_MAX = 10_000
#: The provider looks at its duties at least this often.
IDLE_SECONDS_MAX = 3_600.0
#: What comes next is near enough to wait for.
SOON_SECONDS = 20.0
#: How the provider's names of payments begin that cannot be read by anybody, and how many there are.
POISON = "cs_poison"
POISONS = 4
#: One in so many calls that change something, where the provider refuses much.
REFUSED_ONE_IN = 4
#: So many events about somebody else's payments, each tried so often.
OTHERS_MAX = 3
OTHERS_TRIES_MAX = 8
OTHERS_PAUSE_SECONDS = 2.0
#: Money that comes late comes after such pauses.
LATE_PAUSES_SECONDS = (20.0, 4.0, 8.0)
REFUSED = 400
#: By so much another amount is less.
SHORT_MINOR_UNITS = 100
SHORTEST_PAUSE_SECONDS = 0.05
PAYMENT_REQUIRED = 402
_CALL_FAULTS = (
    CallRule(fault="slow", seconds=4.0),
    CallRule(fault="error", status=500),
    CallRule(fault="drop_before"),
    CallRule(fault="drop_after"),
    CallRule(fault="slow", seconds=12.0),
    CallRule(fault="error", status=PAYMENT_REQUIRED),
)
_REFUSAL = _CALL_FAULTS[-1]
_WEBHOOK_FAULTS = (
    WebhookRule(fault="delay", seconds=2.0),
    WebhookRule(fault="duplicate", copies=2),
    WebhookRule(fault="reorder"),
    WebhookRule(fault="delay", seconds=15.0),
    WebhookRule(fault="drop"),
)

#: What is done soon; a page that closes after a day is nothing to wait for.
_SOON = (DELIVERY, INTENT_SETTLE, REFUND_SETTLE, CHARGE_DISPUTE)
_Answer = tuple[bytes, int, Mapping[str, str]]

#: Takes a webhook to one of the shop's web processes; returns the status it answered.
Deliver = Callable[[Mapping[str, str], bytes], Awaitable[int]]


class TapeFaults(FaultPlan):
    """The sandbox's fault controls, held by the tape instead of by rules."""

    def __init__(self, world: World, *, webhooks_matter: bool) -> None:
        super().__init__()
        self._world = world
        # Where webhooks are the only way to settle, none may be dropped for good: nothing could know.
        self._webhook_faults = _WEBHOOK_FAULTS[:-1] if webhooks_matter else _WEBHOOK_FAULTS

    def for_call(self, method: str, path: str) -> CallRule | None:
        """See ``FaultPlan``."""
        world = self._world
        if not world.provider_up:
            return _CALL_FAULTS[2]
        if self._is_refused(method):
            world.note_fault(None, "provider: refused", f"{method} {path}")
            return _REFUSAL
        if world.tape.draw(FATES) < world.rates.provider:
            return None
        rule = _CALL_FAULTS[world.tape.draw(len(_CALL_FAULTS))]
        if rule.fault == "slow" and world.swarm.stripe_library:
            rule = _CALL_FAULTS[3]  # behind the library a slow call would die with the caller; see request
        if rule.status == PAYMENT_REQUIRED and world.swarm.stripe_library:
            rule = _CALL_FAULTS[2]  # and a refusal would not be remembered under its key; see _refuse
        world.note_fault(None, f"provider: {rule.fault}", f"{method} {path}")
        return rule

    def _is_refused(self, method: str) -> bool:
        swarm = self._world.swarm
        # Behind the library a refusal would not be remembered under its key; see ProviderSite._refuse.
        if not swarm.refuses or swarm.stripe_library or method == "GET" or self._world.healed:
            return False
        return self._world.tape.draw(REFUSED_ONE_IN) == 1

    def for_webhook(self, event_type: str) -> WebhookRule | None:
        """See ``FaultPlan``."""
        world = self._world
        if world.tape.draw(FATES) < world.rates.webhook:
            return None
        rule = self._webhook_faults[world.tape.draw(len(self._webhook_faults))]
        world.note_fault(None, f"webhook: {rule.fault}", event_type)
        return rule


class _WakingTransport(AppTransport):
    """The way of the official library; after each call the provider looks at its duties."""

    def __init__(self, app: AsgiApp, woken: asyncio.Event) -> None:
        super().__init__(app)
        self._woken = woken

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """See ``Transport``."""
        try:
            return await super().request(method, url, headers, body)
        finally:
            self._woken.set()


class ProviderSite:
    """The provider as the world sees it. ``deliver`` takes its webhooks; without it none are sent."""

    def __init__(self, world: World, deliver: Deliver | None, *, webhooks_matter: bool) -> None:
        self._world = world
        self._deliver = deliver
        self._store = SqliteRecordStore()
        self.provider = Provider(
            self._store,
            world.clock,
            world.ids,
            page_url=BASE,
            authorization_seconds=world.swarm.authorization_seconds,
        )
        self.handler = ApiHandler(self.provider, secret_key=SECRET_KEY)
        self.faults = TapeFaults(world, webhooks_matter=webhooks_matter)
        self._woken = asyncio.Event()
        self._refused: set[str] = set()
        self._late = LateMoney(world, self.provider) if world.swarm.late_money else None
        self._deliverer = Deliverer(self.provider, self, world.clock, world.tasks, self.faults)
        self._app = create_sandbox_app(self.handler, self._deliverer, world.clock, faults=self.faults)
        if deliver is not None:
            self.provider.configure_endpoint(
                url=WEBHOOK_URL, enabled_events=WEBHOOK_EVENTS, secret=WEBHOOK_SECRET
            )

    def gateway(self, process: Process) -> PaymentGateway:
        """Return the gateway of one process, with the world's faults around it."""
        official = self._world.swarm.stripe_library
        kind = StripeGateway if official else LightStripeGateway
        clock = ProcessClock(process)
        gateway = kind(
            api_base=BASE,
            secret_key=SECRET_KEY,
            webhook_secret=WEBHOOK_SECRET,
            clock=clock,
            ids=self._world.ids,
            transport=_WakingTransport(self._app, self._woken) if official else self,
        )
        line: Any = Line(process, "gateway", gateway, "provider")
        return GuardedGateway(line, CircuitBreaker(clock=clock, ids=self._world.ids))

    def pay(self, session_id: str, card: str, *, approve: bool, short: bool = False) -> str:
        """Pay on the hosted page, as a browser does; return the provider's word for how it stands.

        With ``short`` the provider takes less than the page asks for.
        """
        test_card = card_by_key(card)
        assert test_card is not None, card
        try:
            outcome = self.provider.pay(session_id, test_card)
            if outcome.intent.status == "requires_action":
                outcome = self.provider.answer_challenge(session_id, approved=approve)
        except ApiError as refusal:
            self._woken.set()
            return f"refused: {refusal.body['error']}"
        if short:
            self._take_another_amount(outcome.intent)
        self._woken.set()
        return outcome.intent.status

    def books(self) -> dict[OrderId, ProviderBooks]:
        """Return the provider's own account of every order."""
        captured: Counter[str] = Counter()
        refunded: Counter[str] = Counter()
        charges, _ = self._store.page(Charge, limit=RECORDS_MAX)
        for charge in charges:
            order = charge.metadata[ORDER_KEY]
            captured[order] += charge.amount_captured
            refunded[order] += charge.amount_refunded
        return {OrderId(key): ProviderBooks(captured[key], refunded[key]) for key in captured}

    def let_go_early(self) -> set[OrderId]:
        """Return orders for which held money was let go before its bank would have let it go."""
        early = set()
        for intent in self._store.page(Intent, limit=RECORDS_MAX)[0]:
            charge = self._store.get(Charge, intent.latest_charge or "")
            until = charge.capture_before if charge is not None else None
            if until is not None and intent.canceled_at is not None and intent.canceled_at < until:
                early.add(OrderId(intent.metadata[ORDER_KEY]))
        return early

    def asked(self) -> list[tuple[str, int]]:
        """Return for which order each hosted page asks how much."""
        sessions, _ = self._store.page(Session, limit=RECORDS_MAX)
        return [(each.metadata[ORDER_KEY], each.amount_total) for each in sessions]

    def is_idle(self) -> bool:
        """Return whether no webhook waits and nothing is being processed."""
        now = self._world.clock.now().timestamp()
        return not self._store.due(_SOON, now + SOON_SECONDS, 1)

    def resend(self) -> None:
        """Send what waits for its next try now: the provider's retries go on for days, a run does not."""
        now = self._world.clock.now().timestamp()
        with self._store.transaction():
            for duty in self._store.due((DELIVERY,), now + 1e6, RECORDS_MAX):
                self._store.schedule(Duty(DELIVERY, duty.id), now)
        self._woken.set()

    async def run(self) -> None:
        """Do the provider's duties in the background, as ``Deliverer.run`` does, but woken by need."""
        while True:
            self._woken.clear()
            self.provider.tick()
            if self._deliver is not None:
                self._deliverer.start_due()
            next_duty = self.provider.seconds_to_next_duty()
            wait = IDLE_SECONDS_MAX if next_duty is None else max(next_duty, SHORTEST_PAUSE_SECONDS)
            try:
                async with asyncio.timeout(min(wait, IDLE_SECONDS_MAX)):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def pay_late_at_times(self) -> None:
        """Let money come late now and then, until all faults end."""
        world = self._world
        assert self._late is not None
        while not world.healed:
            await asyncio.sleep(LATE_PAUSES_SECONDS[world.tape.draw(len(LATE_PAUSES_SECONDS))])
            if not world.healed and self._late.comes():
                self._woken.set()

    async def tell_of_others(self) -> None:
        """Send events about payments that are not this shop's, as an account with two shops does."""
        draw, now = self._world.tape.draw, self._world.clock.now
        names = [f"{POISON}_{number}" for number in range(POISONS)] if self._world.swarm.poison else []
        names += [f"cs_other_{number}" for number in range(draw(OTHERS_MAX + 1))]
        for name in names:
            body = msgspec.json.encode(
                {
                    "id": f"evt_{name}",
                    "type": WEBHOOK_EVENTS[0],
                    "created": int(now().timestamp()),
                    "data": {"object": {"id": name, "object": "checkout.session"}},
                }
            )
            for _ in range(OTHERS_TRIES_MAX):
                headers = {"stripe-signature": sign(body, WEBHOOK_SECRET, now())}
                try:
                    if await self.send(WEBHOOK_URL, headers, body) < REFUSED:
                        break
                except WebhookUnreachable:
                    pass
                await asyncio.sleep(OTHERS_PAUSE_SECONDS)

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Call the shop's webhook (``WebhookSender``)."""
        assert self._deliver is not None
        try:
            return await self._deliver(headers, body)
        except OSError as error:
            raise WebhookUnreachable from error
        finally:
            self._woken.set()

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Answer one call of the API (``Transport``), with the sandbox's faults."""
        parts = urlsplit(url)
        request = ApiRequest(method, parts.path.removeprefix("/sandbox"), parts.query, headers, body)
        rule = self.faults.for_call(request.method, request.path)
        if rule is None and self._late is not None and self._late.comes_while(request):
            rule = CallRule(fault="slow", seconds=MEANWHILE_SECONDS)
            self._woken.set()
        if rule is None or rule.fault != "slow" or request.idempotency_key in self._refused:
            return self._answer(request, rule)
        # The provider goes on when its caller dies, so the wait is the provider's, not the caller's.
        answered: asyncio.Future[_Answer] = self._world.loop.create_future()
        self._world.tasks.spawn("slow call", self._slowly(request, rule.seconds, answered))
        return await answered

    async def _slowly(self, request: ApiRequest, seconds: float, answered: asyncio.Future[_Answer]) -> None:
        busy = self.handler.claim(request)
        await asyncio.sleep(seconds)
        answer = busy or self.handler.handle(request)
        if busy is None:
            self.handler.release(request)
        self._woken.set()
        if not answered.done():
            answered.set_result((answer.body, answer.status, answer.headers))

    def _answer(self, request: ApiRequest, rule: CallRule | None) -> _Answer:
        busy = self.handler.claim(request)
        if busy is not None:
            return busy.body, busy.status, busy.headers
        self.handler.release(request)
        if rule is not None and rule.status == PAYMENT_REQUIRED:
            self._refuse(request)
            rule = None
        if request.idempotency_key in self._refused:
            return b"{}", PAYMENT_REQUIRED, {}
        if rule is not None and rule.fault == "error":
            return b"{}", rule.status, {}
        if rule is not None and rule.fault == "drop_before":
            raise TransportFailed("cut")
        answer = self.handler.handle(request)
        if request.method != "GET":
            self._woken.set()
            if self._world.swarm.manual_capture and request.path.endswith("/sessions"):
                self._hold_first()
        if rule is not None:
            raise TransportFailed("cut")
        return answer.body, answer.status, answer.headers

    def _refuse(self, request: ApiRequest) -> None:
        """Refuse what this key asks for, now and for ever, unless it was granted before."""
        key = request.idempotency_key
        if key is not None and self._store.answer(key) is None:
            self._refused.add(key)

    def _hold_first(self) -> None:
        """Let the newest page only hold the money, as an account may be set up."""
        for session in self._store.page(Session, limit=1)[0]:
            if session.status == "open":
                with self._store.transaction():
                    self._store.put(msgspec.structs.replace(session, capture_method="manual"))

    def _take_another_amount(self, intent: Intent) -> None:
        """Take less than was asked for; the shop must not call that paid."""
        charge = self._store.get(Charge, intent.latest_charge or "")
        if charge is None or not charge.captured or charge.disputed:
            return
        less = intent.amount_received - SHORT_MINOR_UNITS
        with self._store.transaction():
            self._store.put(msgspec.structs.replace(intent, amount_received=less))
            self._store.put(msgspec.structs.replace(charge, amount_captured=less))

    async def close(self) -> None:
        """Nothing is open (``Transport``)."""

    def end(self) -> None:
        """Let the records go."""
        self._store.close()
