"""The choice tape: every decision of a run, drawn from a seed or read back from a recording.

Zero is always the harmless choice (no fault, no delay, the first in line), and a tape that has run out
gives zeros: that is what makes shrinking possible.
"""

from __future__ import annotations

import base64
import binascii
import random
import zlib
from collections.abc import Sequence
from typing import Protocol

#: A run that draws more often than this is going in circles.
DRAWS_MAX = 400_000
_BYTES_MAX = 8_000_000


class TapeTooLong(Exception):
    """The run drew more than ``DRAWS_MAX`` choices."""


class BadTape(ValueError):
    """The text is not a tape that this command printed."""


class Tape(Protocol):
    """Where a run's choices come from. ``taken`` is what was drawn so far."""

    taken: list[int]

    def draw(self, sides: int) -> int:
        """Return a number from 0 (harmless) to ``sides`` - 1."""
        ...


class SeedTape:
    """Draws from a seed, alike on every machine."""

    def __init__(self, seed: int) -> None:
        self.taken: list[int] = []
        self._random = random.Random(seed).random  # the same on every machine, unlike hash()

    def draw(self, sides: int) -> int:
        """See ``Tape``."""
        choice = int(self._random() * sides)
        self.taken.append(choice)
        return choice


class RecordedTape:
    """Draws what was recorded, then zeros."""

    def __init__(self, choices: Sequence[int]) -> None:
        self.taken: list[int] = []
        self._choices = choices

    def draw(self, sides: int) -> int:
        """See ``Tape``. A recorded choice that is too large here is folded into the range."""
        position = len(self.taken)
        if position >= DRAWS_MAX:
            raise TapeTooLong
        choice = self._choices[position] % sides if position < len(self._choices) else 0
        self.taken.append(choice)
        return choice


def trimmed(choices: Sequence[int]) -> tuple[int, ...]:
    """Return the choices without the zeros at their end: a tape gives those by itself."""
    end = len(choices)
    while end and not choices[end - 1]:
        end -= 1
    return tuple(choices[:end])


def tape_text(choices: Sequence[int]) -> str:
    """Return the tape as short text."""
    raw = bytearray()
    for choice in trimmed(choices):
        rest = choice
        while rest > 0x7F:
            raw.append(rest & 0x7F | 0x80)
            rest >>= 7
        raw.append(rest)
    return base64.urlsafe_b64encode(zlib.compress(bytes(raw), 9)).rstrip(b"=").decode()


def read_tape(text: str) -> tuple[int, ...]:
    """Return the choices of ``tape_text``; raise ``BadTape`` for anything else."""
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpacking = zlib.decompressobj()
        raw = unpacking.decompress(packed, _BYTES_MAX)
    except (binascii.Error, ValueError, zlib.error):
        raise BadTape("This is not a tape.") from None
    if not unpacking.eof:
        raise BadTape("This is only a part of a tape.")
    choices: list[int] = []
    value = shift = 0
    for byte in raw:
        value |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
        else:
            choices.append(value)
            value = shift = 0
    return tuple(choices)
