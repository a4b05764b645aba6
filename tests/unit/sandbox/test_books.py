"""The sandbox's books add up what was taken and given back, while it goes on being served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.helpers.payment import SandboxRig

from vivamarket.sandbox.books import NAMES_PER_STATEMENT_MAX, Sums, open_books
from vivamarket.sandbox.cards import card_by_key


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sandbox.sqlite3"


@pytest.fixture
def rig(file: Path) -> SandboxRig:
    return SandboxRig(file)


def visit(rig: SandboxRig, name: str, card: str = "visa") -> str:
    """Pay 25.00 under that name; return the PaymentIntent's id."""
    metadata: dict[str, Any] = {"payment_intent_data[metadata][order_id]": name}
    session = rig.session(**metadata)
    test_card = card_by_key(card)
    assert test_card is not None
    rig.provider.pay(session["id"], test_card)
    intent: str = rig.json("GET", f"/v1/checkout/sessions/{session['id']}")["payment_intent"]
    return intent


def test_payments_and_refunds_of_one_name_are_summed(rig: SandboxRig, file: Path) -> None:
    visit(rig, "twice")
    rig.json("POST", "/v1/refunds", {"payment_intent": visit(rig, "twice"), "amount": 1_000})
    visit(rig, "declined", "declined")

    with open_books(file, metadata_key="order_id") as books:
        books.refresh()

        assert books.of(["twice", "declined", "never heard of"]) == {
            "twice": Sums(5_000, 1_000),
            "declined": Sums(0, 0),
        }


def test_the_sums_are_of_the_moment_of_the_last_look(rig: SandboxRig, file: Path) -> None:
    visit(rig, "first")
    with open_books(file, metadata_key="order_id") as books:
        books.refresh()
        visit(rig, "second")
        before = books.of(["first", "second"])
        books.refresh()

        assert set(before) == {"first"}
        assert set(books.of(["first", "second"])) == {"first", "second"}


def test_names_with_money_come_in_order_and_in_portions(rig: SandboxRig, file: Path) -> None:
    for name in ("c", "a", "b"):
        visit(rig, name)
    visit(rig, "aa", "declined")

    with open_books(file, metadata_key="order_id") as books:
        books.refresh()

        assert books.with_money(None, 2) == ["a", "b"]
        assert books.with_money("b", 2) == ["c"]
        assert books.with_money("c", 2) == []


def test_more_names_than_one_statement_takes_are_all_found(rig: SandboxRig, file: Path) -> None:
    visit(rig, "last")
    names = [f"unknown-{number}" for number in range(NAMES_PER_STATEMENT_MAX)] + ["last"]

    with open_books(file, metadata_key="order_id") as books:
        books.refresh()

        assert books.of(names) == {"last": Sums(2_500, 0)}
