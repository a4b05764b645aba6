"""The guide tells the truth about the sandbox."""

from __future__ import annotations

from pathlib import Path

from vivamarket.adapters.stripe import WEBHOOK_EVENTS
from vivamarket.sandbox.cards import TEST_CARDS

GUIDE = (Path(__file__).parents[3] / "docs" / "guide" / "payments-sandbox.md").read_text(encoding="utf-8")


def test_the_guide_lists_every_test_card_with_what_it_does() -> None:
    rows = [line for line in GUIDE.splitlines() if line.startswith("| `") and line.endswith("` |")]

    listed = [
        (number.strip(" `").replace(" ", ""), title.strip(), key.strip(" `"))
        for number, title, key in (row.strip("|").split("|") for row in rows)
    ]

    assert listed == [(card.number, card.title, card.key) for card in TEST_CARDS]


def test_the_guide_names_the_events_that_a_real_account_must_send() -> None:
    assert all(f"`{event}`" in GUIDE for event in WEBHOOK_EVENTS)
