"""A bound on how long anything may take."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable


async def within(seconds: float, work: Awaitable[None]) -> None:
    """Wait for the work; cancel it and raise ``TimeoutError`` when it takes longer."""
    async with asyncio.timeout(seconds):
        await work
