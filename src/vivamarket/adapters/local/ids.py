"""Ids and secrets from the operating system's randomness."""

from __future__ import annotations

import secrets
import threading

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import OrderNumber, uuid7

TOKEN_BYTES = 24
ORDER_NUMBER_LENGTH = 6
#: Crockford's base 32: no I, L, O or U, so that a number survives handwriting and telephone.
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS = 74
_STEP_BITS = 32


class SystemIds:
    """An ``IdSource`` whose UUIDv7s grow strictly within a process, also inside one millisecond.

    Safe to share between threads.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._milliseconds = 0
        self._random = 0

    def uuid7(self) -> str:
        """Return a new UUIDv7 that sorts after every earlier one of this process."""
        now = int(self._clock.now().timestamp() * 1000)
        with self._lock:
            if now > self._milliseconds:
                # The top bit stays free, so that the steps below have room to grow into.
                self._milliseconds, self._random = now, secrets.randbits(_RANDOM_BITS - 1)
            else:
                self._random += 1 + secrets.randbits(_STEP_BITS)
                if self._random >> _RANDOM_BITS:
                    self._milliseconds += 1
                    self._random = secrets.randbits(_RANDOM_BITS - 1)
            return uuid7(self._milliseconds, self._random)

    def token(self) -> str:
        """Return a new URL-safe secret of 192 bits."""
        return secrets.token_urlsafe(TOKEN_BYTES)

    def order_number(self) -> OrderNumber:
        """Return ``VM-`` and six Crockford characters (a thousand million numbers)."""
        return OrderNumber("VM-" + "".join(secrets.choice(CROCKFORD) for _ in range(ORDER_NUMBER_LENGTH)))
