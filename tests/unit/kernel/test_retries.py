from hypothesis import given
from hypothesis import strategies as st
from tests.helpers.catalog import CountedIds

from vivamarket.kernel.retries import RetryBudget, jittered


@given(st.floats(0.001, 1_000.0))
def test_a_jittered_wait_is_between_half_and_the_whole(seconds: float) -> None:
    assert seconds / 2 <= jittered(seconds, CountedIds()) <= seconds


def test_jittered_waits_differ() -> None:
    ids = CountedIds()

    assert len({jittered(1.0, ids) for _ in range(100)}) > 90


def test_in_the_long_run_a_tenth_of_the_calls_may_be_repeated() -> None:
    budget = RetryBudget(share=0.1, saved_max=10)
    repeats = 0
    for _ in range(1_000):
        budget.earn()
        repeats += budget.spend()

    assert 100 <= repeats <= 111


def test_no_more_repeats_are_saved_up_than_allowed() -> None:
    budget = RetryBudget(share=0.5, saved_max=3)
    for _ in range(100):
        budget.earn()

    assert [budget.spend() for _ in range(4)] == [True, True, True, False]
