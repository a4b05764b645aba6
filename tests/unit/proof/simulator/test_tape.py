from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivamarket.proof.simulator.swarm import Path, draw_swarm
from vivamarket.proof.simulator.tape import BadTape, RecordedTape, SeedTape, read_tape, tape_text, trimmed


@given(st.lists(st.integers(0, 70_000)))
def test_a_tape_reads_back_as_it_was_written(choices: list[int]) -> None:
    assert read_tape(tape_text(choices)) == trimmed(choices)


def test_what_is_no_tape_is_refused() -> None:
    whole = tape_text(range(1, 200))
    for text in ("", "tape", "%%%", "AAAA", whole[:-9]):
        with pytest.raises(BadTape):
            read_tape(text)


def test_a_seed_always_draws_the_same() -> None:
    first, second = SeedTape(7), SeedTape(7)

    assert [first.draw(1000) for _ in range(50)] == [second.draw(1000) for _ in range(50)]
    assert first.taken == second.taken


def test_a_tape_that_has_run_out_draws_the_harmless_choice() -> None:
    tape = RecordedTape((5, 3))

    assert [tape.draw(10) for _ in range(4)] == [5, 3, 0, 0]


def test_a_choice_that_is_too_large_is_folded() -> None:
    assert RecordedTape((5,)).draw(4) == 1


def test_the_harmless_world_has_no_faults() -> None:
    swarm = draw_swarm(RecordedTape(()))

    rates = (swarm.database_rate, swarm.provider_rate, swarm.network_rate, swarm.webhook_rate)
    assert rates == (0, 0, 0, 0)
    assert swarm.blow_pause_seconds is None
    assert swarm.paths == frozenset(Path)
    assert (swarm.night, swarm.poison, swarm.clock_jumps, swarm.staff) == (False, False, False, False)
