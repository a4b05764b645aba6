from __future__ import annotations

from vivamarket.proof.simulator import run_seed
from vivamarket.proof.simulator.coverage import (
    COMMIT_FATES,
    MODULES,
    SPARED,
    Coverage,
    all_points,
    hit_after_all,
    missing,
    spared,
)


def test_every_module_of_the_checkout_has_points() -> None:
    files = {file for file, _, _ in all_points().awaits}

    assert files == set(MODULES)


def test_each_commit_point_has_three_fates_and_is_an_await_point() -> None:
    points = all_points()

    assert {fate for _, fate in points.commits} == set(COMMIT_FATES)
    assert {point for point, _ in points.commits} <= points.awaits


def test_a_crash_hits_points_that_exist() -> None:
    coverage = Coverage()
    for seed in range(1, 16):
        coverage.add(run_seed(seed).coverage)

    points = all_points()
    assert hit_after_all(coverage) == []
    assert coverage.awaits
    assert coverage.awaits <= points.awaits
    assert coverage.commits
    assert coverage.commits <= points.commits
    assert len(missing(coverage)) == len(points.awaits - coverage.awaits) + len(
        points.commits - coverage.commits
    )


def test_every_point_that_is_said_to_be_out_of_reach_is_in_the_source_and_has_a_reason() -> None:
    found = set(all_points().spared.values())

    assert found == set(SPARED)
    assert sum(map(len, spared().values())) == len(all_points().spared)
    assert all(each.why for each in SPARED)


def test_a_point_that_is_hit_although_it_is_out_of_reach_is_told() -> None:
    coverage = Coverage(awaits=set(all_points().spared))

    assert len(hit_after_all(coverage)) == len(all_points().spared)
