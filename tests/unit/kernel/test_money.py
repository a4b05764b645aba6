import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivamarket.kernel.errors import Invalid
from vivamarket.kernel.money import (
    BadAmount,
    CurrencyMismatch,
    Money,
    allocate,
    divide_half_even,
    exponent,
    total,
)

AMOUNTS = st.integers(min_value=-(10**12), max_value=10**12)


@pytest.mark.parametrize(
    ("text", "currency", "minor_units"),
    [
        ("12.50", "EUR", 1250),
        ("12.5", "EUR", 1250),
        ("0", "EUR", 0),
        ("-3.07", "EUR", -307),
        ("12.500", "EUR", 1250),
        ("1200", "JPY", 1200),
        ("1.234", "KWD", 1234),
    ],
)
def test_an_amount_is_read_in_its_currency(text, currency, minor_units):
    assert Money.parse(text, currency) == Money(minor_units, currency)


@pytest.mark.parametrize(
    "text", ["", "1,50", "1.234", "1e3", "€1", "1 000", "--1", "+1", ".5", "NaN", "1.", "９"]
)
def test_what_is_no_euro_amount_is_refused(text):
    with pytest.raises(BadAmount):
        Money.parse(text, "EUR")


@given(AMOUNTS, st.sampled_from(["EUR", "JPY", "KWD"]))
def test_decimal_text_reads_back_to_the_same_money(units, currency):
    money = Money(units, currency)

    assert Money.parse(money.decimal(), currency) == money


def test_a_float_is_never_money():
    with pytest.raises(TypeError):
        Money(1.0, "EUR")  # type: ignore[arg-type]  # the point of the test


def test_currencies_do_not_mix():
    with pytest.raises(CurrencyMismatch):
        Money(1, "EUR") + Money(1, "USD")


def test_a_currency_is_three_capitals():
    with pytest.raises(Invalid):
        exponent("eur")


def test_the_sum_of_nothing_is_zero():
    assert total([], "EUR") == Money.zero("EUR")


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_allocated_parts_sum_exactly_and_stay_within_one_unit(amount, weights):
    parts = allocate(amount, weights)

    used = weights if any(weights) else [1] * len(weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, used, strict=True):
        assert abs(part * sum(used) - amount * weight) < sum(used)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=10))
def test_a_part_without_weight_gets_nothing(weights):
    parts = allocate(1_000, [*weights, 0, 1])

    assert parts[-2] == 0


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_rounding_is_within_half_a_unit_and_even_on_ties(numerator, denominator):
    rounded = divide_half_even(numerator, denominator)

    distance = abs(2 * (numerator - rounded * denominator))
    assert distance <= denominator
    if distance == denominator:
        assert rounded % 2 == 0
