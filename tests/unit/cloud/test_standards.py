"""What is promised about recovery rests on what the templates have, and says what shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.helpers.templates import templates

from vivamarket.cloud.recovery.standards import NOT_SHOWN, STANDARDS, Loss, Standard

CHECKOUT = Path(__file__).parents[3]
CASES = [(standard, size) for standard in STANDARDS for size in standard.sizes]


def strictest(service: str, loss: Loss) -> Standard:
    return min(
        (each for each in STANDARDS if service in each.service and each.loss == loss),
        key=lambda each: each.lost_seconds_max,
    )


@pytest.mark.parametrize(
    ("standard", "size"), CASES, ids=[f"{size} {each.service} {each.loss.name}" for each, size in CASES]
)
def test_every_standard_rests_on_what_is_in_the_templates(standard: Standard, size: str):
    mechanism = standard.mechanism

    found: Any = templates()[f"{size}/{mechanism.stack}"]["Resources"][mechanism.resource]["Properties"]
    for step in mechanism.path:
        found = found[step]

    assert found
    if mechanism.value is not None:
        assert found == mechanism.value


@pytest.mark.parametrize("standard", [each for each in STANDARDS if each.shown_by != NOT_SHOWN])
def test_what_shows_a_standard_is_there(standard: Standard):
    path, _, name = standard.shown_by.partition("::")

    assert f"def {name}(" in CHECKOUT.joinpath(path).read_text("utf-8")


def test_the_standards_that_were_asked_for_are_set():
    orders = strictest("Orders", Loss.REGION)
    assert (orders.lost_seconds_max, orders.away_seconds_max) == (5, 15 * 60)
    assert strictest("Catalogue", Loss.REGION).lost_seconds_max <= 1
    assert strictest("files", Loss.REGION).lost_seconds_max <= 15 * 60


def test_every_size_says_what_happens_to_orders_when_anything_is_gone():
    for loss in Loss:
        sizes = [
            size
            for each in STANDARDS
            if "Orders" in each.service and each.loss == loss
            for size in each.sizes
        ]
        assert sorted(sizes) == ["global", "small", "standard"], loss
