"""I21: every sale has one invoice that tells it to the cent, and no number is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from vivamarket.invoices.ports import InvoiceEvidence, PostingEvidence, SeriesEvidence

#: An invoice follows its payment within a second; so much later something is wrong.
ISSUED_WITHIN = timedelta(seconds=120)
STRAYS_TOLD_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and with which series or order."""

    subject: str
    detail: str


async def findings(evidence: InvoiceEvidence, now: datetime | None) -> list[Finding]:
    """Return everything that is wrong with the shop's invoices.

    ``now`` is None for a copy at rest: what it had not written yet, its worker writes once it runs.
    """
    found = [each for series in await evidence.series() for each in _of_series(series)]
    async for page in evidence.postings():
        found += [each for posting in page for each in _of_posting(posting, now)]
    for number in await evidence.strays(STRAYS_TOLD_MAX):
        found.append(Finding(number, "the books know nothing of what this invoice tells"))
    return found


def _of_series(series: SeriesEvidence) -> Iterator[Finding]:
    expected = (series.last, 1 if series.last else 0, series.last)
    if (series.count, series.lowest, series.highest) != expected:
        yield Finding(
            series.series,
            f"{series.last} numbers were given, {series.count} invoices are kept, "
            f"from {series.lowest} to {series.highest}",
        )


def _of_posting(posting: PostingEvidence, now: datetime | None) -> Iterator[Finding]:
    if posting.number is None:
        if now is not None and now - posting.posted_at > ISSUED_WITHIN:
            yield Finding(
                posting.order_number,
                f"the books changed at {posting.posted_at:%Y-%m-%d %H:%M:%S} UTC, and no invoice tells it",
            )
    elif (posting.told_total, posting.told_tax) != (posting.booked_total, posting.booked_tax):
        yield Finding(
            posting.order_number,
            f"{posting.number} tells {posting.told_total} with {posting.told_tax} of tax, "
            f"the books have {posting.booked_total} with {posting.booked_tax} (minor units)",
        )
