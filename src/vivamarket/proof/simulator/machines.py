"""The shop's processes: the real domain code wired over ports that may fail at any call."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from vivamarket.bootstrap.bridges import OrderSubjects
from vivamarket.bootstrap.invoices import SaleBridge, seller_of
from vivamarket.bootstrap.returns import ReturnBridge
from vivamarket.cart.service import CartService
from vivamarket.checkout.batcher import Batcher
from vivamarket.checkout.comparison import Comparison
from vivamarket.checkout.fulfilling import Fulfilling
from vivamarket.checkout.model import Placement, PlacementAnswer
from vivamarket.checkout.placement import Placing
from vivamarket.checkout.pricing import PricingService
from vivamarket.checkout.refunding import Refunding
from vivamarket.checkout.repairs import Expiry, Inbox, Reconciler
from vivamarket.checkout.service import CheckoutService
from vivamarket.checkout.settlement import Settlement
from vivamarket.inventory.service import StockService
from vivamarket.invoices.service import InvoiceService
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.outbox import Lane
from vivamarket.orders.service import OrderService
from vivamarket.orders.tokens import OrderTokens
from vivamarket.payments.ports import PaymentGateway
from vivamarket.proof.simulator.after_endpoints import AfterUseCases
from vivamarket.proof.simulator.endpoints import Endpoints, UseCases
from vivamarket.proof.simulator.lines import Line
from vivamarket.proof.simulator.mailbox import Mailbox
from vivamarket.proof.simulator.process import Process, ProcessClock
from vivamarket.proof.simulator.provider import ProviderSite
from vivamarket.proof.simulator.receivers import ReceiverSite
from vivamarket.proof.simulator.shelf import Shelf
from vivamarket.proof.simulator.stores import Crowded, Poisoned, StaffsWishesOnly, Watched
from vivamarket.proof.simulator.swarm import Path
from vivamarket.returns.service import ReturnService
from vivamarket.shop.model import CaptureMode
from vivamarket.shop_file import ShopFile, read_shop_file
from vivamarket.webhooks.delivering import Deliveries
from vivamarket.webhooks.service import WebhookService
from vivamarket.worker.relay import BatchRelay, Relay
from vivamarket.worker.schedule import Job, Schedule
from vivamarket.worker.subscriptions import Reactions, lanes, subscriptions

if TYPE_CHECKING:
    from vivamarket.proof.simulator.world import World

PUBLIC_URL = "https://shop.example"
_UNTOUCHED = OrderTokens("simulated-key")

Work = Callable[[Endpoints], Awaitable[StoredResponse]]


@cache
def shop_file() -> ShopFile:
    """Return the shop's profile; read once."""
    return read_shop_file()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all processes share besides the database."""

    shelf: Shelf
    provider: ProviderSite
    mailbox: Mailbox
    receivers: ReceiverSite


class Machine(ABC):
    """One process that is started, dies and is started again, with empty memory each time."""

    def __init__(self, world: World, around: Surroundings, name: str) -> None:
        self.world = world
        self.around = around
        self.name = name
        self.process: Process | None = None

    @property
    def running(self) -> bool:
        """Return whether it lives."""
        return self.process is not None and self.process.alive

    def start(self) -> None:
        """Start a fresh process."""
        self.process = Process(self.world, self.name)
        if self.world.swarm.clock_jumps and not self.world.healed:
            self.world.turn_clock(self.process)
        self._boot(self.process)

    def stop(self) -> None:
        """Turn it off in the middle of whatever it does."""
        if self.process is not None:
            self.world.stop(self.process)

    @abstractmethod
    def _boot(self, process: Process) -> None:
        """Build what runs in the fresh process, and start it."""

    def _settling(self, process: Process, gateway: PaymentGateway) -> tuple[Any, Refunding, Settlement]:
        world, database = self.world, self.world.database
        store: Any = Watched(Line(process, "checkout", database.checkout), world)
        clock = ProcessClock(process)
        refunding = Refunding(store=store, gateway=gateway, clock=clock, ids=world.ids)
        settlement = Settlement(
            store=store,
            orders=_line(process, "orders"),
            gateway=gateway,
            refunding=refunding,
            clock=clock,
            ids=world.ids,
            public_url=PUBLIC_URL,
            main_currency=shop_file().profile.default_currency,
            capture=lambda: CaptureMode.MANUAL if world.swarm.staff_capture else CaptureMode.AUTOMATIC,
        )
        return store, refunding, settlement

    def _webhooks(self, process: Process) -> tuple[WebhookService, Deliveries]:
        store, clock, sender = _line(process, "webhooks"), ProcessClock(process), self.around.receivers
        service = WebhookService(
            store=store,
            sender=sender.reached_by(process),
            subjects=OrderSubjects(OrderService(orders=_line(process, "orders"))),
            clock=clock,
            ids=self.world.ids,
        )
        return service, Deliveries(store=store, sender=sender.reached_by(process), clock=clock, tasks=process)

    def _returns(self, process: Process, refunding: Refunding) -> ReturnService:
        stock = StockService(stock=_line(process, "stock"), clock=ProcessClock(process))
        return ReturnService(
            store=_line(process, "returns"),
            effects=ReturnBridge(refunding, stock),
            days=lambda: shop_file().profile.return_days,
            clock=ProcessClock(process),
            ids=self.world.ids,
        )

    def _invoices(self, process: Process, store: Any) -> InvoiceService:
        return InvoiceService(
            store=_line(process, "invoices"),
            sales=SaleBridge(OrderService(orders=_line(process, "orders")), store),
            seller=lambda: seller_of(shop_file().profile),
            clock=ProcessClock(process),
        )


class WebMachine(Machine):
    """A web process: it answers requests, and places orders in batches."""

    endpoints: Endpoints

    def request(self, work: Work) -> asyncio.Future[StoredResponse]:
        """Send it a request; the answer fails with ``ConnectionResetError`` should it die before."""
        answered: asyncio.Future[StoredResponse] = self.world.loop.create_future()
        process = self.process
        if process is None or not process.alive:
            answered.set_exception(ConnectionRefusedError("nobody listens"))
            return answered
        process.answers[answered] = None
        process.spawn("request", _answer(self.endpoints, work, answered, process))
        return answered

    def _boot(self, process: Process) -> None:
        around, world = self.around, self.world
        gateway = around.provider.gateway(process)
        store, refunding, settlement = self._settling(process, gateway)
        clock = ProcessClock(process)
        shop = shop_file()
        carts = _line(process, "carts")
        keys = _line(process, "keys")
        pricing = PricingService(
            carts=carts,
            catalog=around.shelf.store,
            clock=clock,
            rules=shop,
        )
        placements = _line(process, "placements")
        if world.swarm.rush:
            placements = Crowded(placements, world)
        batcher: Batcher[Placement, PlacementAnswer] = Batcher(placements.place, process)
        placing = Placing(
            pricing=pricing,
            batcher=batcher,
            clock=clock,
            ids=world.ids,
            tokens=_UNTOUCHED,
            hold_seconds=world.swarm.hold_seconds,
        )
        stock = StockService(stock=_line(process, "stock"), clock=clock)
        use = UseCases(
            carts=CartService(
                carts=carts,
                catalog=around.shelf.store,
                availability=stock,
                clock=clock,
                ids=world.ids,
                rules=shop,
            ),
            pricing=pricing,
            checkout=CheckoutService(
                placing=placing,
                settlement=settlement,
                refunding=refunding,
                inbox=_line(process, "inbox"),
                gateway=gateway,
                clock=clock,
            ),
            orders=OrderService(orders=_line(process, "orders")),
            stock=stock,
            keys=keys,
            webhooks=self._webhooks(process)[0],
            comparison=Comparison(
                gateway=gateway,
                payments=_line(process, "payments"),
                settlement=settlement,
                reports=_line(process, "reports"),
                clock=clock,
                ids=world.ids,
            ),
            after=AfterUseCases(
                fulfilling=Fulfilling(store=store, carriers=shop.carriers, clock=clock, ids=world.ids),
                returns=self._returns(process, refunding),
                invoices=self._invoices(process, store),
                orders=OrderService(orders=_line(process, "orders")),
                keys=keys,
            ),
        )
        self.endpoints = Endpoints(world, self.name, use)


class WorkerMachine(Machine):
    """A worker: events to their handlers, the inbox, expiry, the reconciler."""

    _schedule: Schedule

    def wake(self, payload: str) -> None:
        """Tell it of a change, as the database does by NOTIFY."""
        if self.running:
            self._schedule.wake(payload)

    def _boot(self, process: Process) -> None:
        self._schedule = Schedule(
            _paced((*self._of_money(process), *self._of_events(process)), self.world.swarm.pace),
            clock=ProcessClock(process),
            tasks=process,
        )
        self._schedule.start()

    def _of_money(self, process: Process) -> Iterator[Job]:
        swarm, clock = self.world.swarm, ProcessClock(process)
        store, _, settlement = self._settling(process, self.around.provider.gateway(process))
        reconciled = store if Path.RECONCILER in swarm.paths else StaffsWishesOnly(store)
        looked_up = Poisoned(store) if swarm.poison else store
        inbox = Inbox(inbox=_line(process, "inbox"), store=looked_up, settlement=settlement, clock=clock)
        expiry = Expiry(store=store, settlement=settlement, clock=clock)
        reconciler = Reconciler(store=reconciled, settlement=settlement, clock=clock)
        yield Job("inbox", inbox.run_once, every_seconds=1.0, woken_by=("inbox",))
        yield Job("expiry", expiry.run_once, every_seconds=1.5)
        yield Job("reconciler", reconciler.run_once, every_seconds=2.5)

    def _of_events(self, process: Process) -> Iterator[Job]:
        clock, outbox = ProcessClock(process), _line(process, "outbox")
        mailbox = Line(process, "mail", self.around.mailbox)
        service, deliveries = self._webhooks(process)
        store, refunding, _ = self._settling(process, self.around.provider.gateway(process))
        invoices, returns = self._invoices(process, store), self._returns(process, refunding)
        tell = service.handle if self.world.swarm.listeners else _told
        reactions = Reactions(
            send_mail=mailbox.handle,
            tell_merchants=tell,
            write_invoice=_unheard if self.world.swarm.papers_late else invoices.handle,
            finish_return=returns.handle,
            show_availability=_seen,
        )
        relay = Relay(outbox=outbox, subscriptions=subscriptions(reactions), clock=clock)
        shelves = lanes(reactions)[Lane.STOCK]
        stock_relay = BatchRelay(outbox=outbox, lane=Lane.STOCK, handler=shelves, clock=clock)
        yield Job("relay", relay.run_once, every_seconds=1.0, woken_by=("outbox",))
        yield Job("stock-relay", stock_relay.run_once, every_seconds=2.0, woken_by=("stock",))
        if self.world.swarm.listeners:
            yield Job("webhooks", deliveries.run_once, every_seconds=1.0, woken_by=("webhooks",))
        yield Job("invoices", invoices.issue_due, every_seconds=10.0)


async def _told(event: Envelope) -> None:
    """Note the event for merchants' webhooks: nobody listens in this world."""


async def _unheard(event: Envelope) -> None:
    """Write no invoice: the job must find what is missing."""


async def _seen(events: Sequence[Envelope]) -> None:
    """Show SKUs as sold out: nothing in this world shows any."""


async def _answer(
    endpoints: Endpoints, work: Work, answered: asyncio.Future[StoredResponse], process: Process
) -> None:
    response = await endpoints.answer(work)
    process.answers.pop(answered, None)
    if not answered.done():
        answered.set_result(response)


def _line(process: Process, name: str) -> Any:  # each port has its own type; a line has all their methods
    return Line(process, name, getattr(process.world.database, name))


def _paced(jobs: Iterable[Job], pace: float) -> tuple[Job, ...]:
    """Let each job look more rarely, which costs time in a shop and none in the proof."""
    return tuple(Job(job.name, job.run_once, job.every_seconds * pace, job.woken_by) for job in jobs)
