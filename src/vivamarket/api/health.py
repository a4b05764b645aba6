"""Is the process alive, and may it be sent requests?"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from vivamarket.kernel.errors import DomainError

#: Returns when its part works; raises ``DomainError`` or ``OSError`` or ``TimeoutError`` when it does not.
ReadyCheck = Callable[[], Awaitable[None]]

#: A check that says nothing for so long is failing: whoever asks has no patience for more.
CHECK_TIMEOUT_SECONDS = 3.0
#: When to ask again a process that is not ready.
RETRY_AFTER_SECONDS = 5

_log = structlog.get_logger("vivamarket.api")


class Drain:
    """Tells whether the process is on its way out: still answering, no longer ready."""

    def __init__(self) -> None:
        self.active = False

    def begin(self) -> None:
        """From now on the readiness answer is 503, so that no new requests are sent here."""
        self.active = True


async def run_checks(
    checks: Mapping[str, ReadyCheck], timeout_seconds: float = CHECK_TIMEOUT_SECONDS
) -> dict[str, str]:
    """Return ``ok`` or ``failing`` per check; one that takes longer than the timeout is failing.

    Why one fails is logged, never told to strangers.
    """
    answers: dict[str, str] = {}
    for name, check in checks.items():
        try:
            async with asyncio.timeout(timeout_seconds):
                await check()
        except (DomainError, OSError, TimeoutError) as error:
            _log.warning("not_ready", check=name, error=type(error).__name__)
            answers[name] = "failing"
        else:
            answers[name] = "ok"
    return answers
