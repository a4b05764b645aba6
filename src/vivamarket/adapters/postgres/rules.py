"""Which of the driver's errors mean that a write breaks a rule of the records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from vivamarket.kernel.errors import RuleBroken


@contextmanager
def rules_told() -> Iterator[None]:
    """Raise ``RuleBroken`` for a write inside the block that a constraint of the database refuses."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise RuleBroken(str(error), rule=error.constraint_name or type(error).__name__) from error
