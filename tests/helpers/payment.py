"""A payment sandbox in virtual time, without sockets, and the clock and ids it runs on."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from vivamarket.kernel.ids import OrderNumber, uuid7
from vivamarket.sandbox import (
    ApiHandler,
    ApiRequest,
    ApiResponse,
    Deliverer,
    FaultPlan,
    Provider,
    SqliteRecordStore,
    create_sandbox_app,
)

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECRET_KEY = "sk_test_sandbox"
WEBHOOK_SECRET = "whsec_test"
BASE = "http://shop.example/sandbox"


class ManualClock:
    """A clock that a test turns by hand; ``sleep`` turns it too."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._now.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.turn(seconds)

    def turn(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


class CountingIds:
    """Ids that count up: the same in every run."""

    def __init__(self) -> None:
        self._count = 0

    def uuid7(self) -> str:
        self._count += 1
        return uuid7(self._count, self._count)

    def token(self) -> str:
        self._count += 1
        return f"token{self._count:027}"

    def order_number(self) -> OrderNumber:
        self._count += 1
        return OrderNumber(f"VM-{self._count:06}")


class CollectedTasks:
    """Keeps what was spawned until the test runs it."""

    def __init__(self) -> None:
        self.waiting: list[Coroutine[Any, Any, None]] = []

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self.waiting.append(work)

    async def run_all(self) -> None:
        while self.waiting:
            await self.waiting.pop(0)


class RecordingSender:
    """Answers webhooks with the statuses it was given, then 200; remembers what came."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.sent: list[tuple[str, str, bytes]] = []

    async def send(self, url: str, headers: Any, body: bytes) -> int:
        self.sent.append((url, headers["stripe-signature"], body))
        return self.statuses.pop(0) if self.statuses else 200

    @property
    def types(self) -> list[str]:
        return [msgspec.json.decode(body)["type"] for _, _, body in self.sent]


class SandboxRig:
    """The whole sandbox, and short words to talk to it."""

    def __init__(self, path: Path | None = None, clock: ManualClock | None = None) -> None:
        self.clock = clock or ManualClock()
        self.ids = CountingIds()
        self.store = SqliteRecordStore(path)
        self.provider = Provider(self.store, self.clock, self.ids, page_url=BASE)
        self.handler = ApiHandler(self.provider, secret_key=SECRET_KEY)
        self.faults = FaultPlan()
        self.tasks = CollectedTasks()
        self.sender = RecordingSender()
        self.deliverer = Deliverer(self.provider, self.sender, self.clock, self.tasks, self.faults)
        self.app = create_sandbox_app(self.handler, self.deliverer, self.clock, faults=self.faults)

    def __del__(self) -> None:
        self.store.close()

    def call(
        self,
        method: str,
        path: str,
        params: dict[str, object] | None = None,
        *,
        key: str | None = None,
        secret: str = SECRET_KEY,
    ) -> ApiResponse:
        """Call the API with form parameters."""
        text = urlencode(params or {})
        headers = {"authorization": f"Bearer {secret}"}
        if key is not None:
            headers["idempotency-key"] = key
        if method == "POST":
            return self.handler.handle(ApiRequest(method, path, "", headers, text.encode()))
        return self.handler.handle(ApiRequest(method, path, text, headers))

    def json(self, *args: Any, **options: Any) -> dict[str, Any]:
        """Call the API and return what it answered, whatever the status."""
        return dict(msgspec.json.decode(self.call(*args, **options).body))

    def session(self, *, amount: int = 2_500, capture: str = "automatic", **more: object) -> dict[str, Any]:
        """Open a session for two mugs."""
        return self.json(
            "POST",
            "/v1/checkout/sessions",
            {
                "mode": "payment",
                "line_items[0][price_data][currency]": "eur",
                "line_items[0][price_data][unit_amount]": amount // 2,
                "line_items[0][price_data][product_data][name]": "Mug <blue>",
                "line_items[0][quantity]": 2,
                "payment_intent_data[capture_method]": capture,
                "success_url": "https://shop.example/en/checkout/return/?order=1",
                "cancel_url": "https://shop.example/en/checkout/return/?order=1&canceled=1",
                **more,
            },
        )

    async def deliver(self) -> None:
        """Carry out what is due now."""
        self.provider.tick()
        while self.deliverer.start_due():
            await self.tasks.run_all()
