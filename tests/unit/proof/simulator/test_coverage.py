from __future__ import annotations

from vivamarket.proof.simulator import run_seed
from vivamarket.proof.simulator.coverage import COMMIT_FATES, MODULES, Coverage, all_points, missing


def test_every_module_of_the_checkout_has_points() -> None:
    files = {file for file, _, _ in all_points().awaits}

    assert files == {f"{module}.py" for module in MODULES}


def test_each_commit_point_has_three_fates_and_is_an_await_point() -> None:
    points = all_points()

    assert {fate for _, fate in points.commits} == set(COMMIT_FATES)
    assert {point for point, _ in points.commits} <= points.awaits


def test_a_crash_hits_points_that_exist() -> None:
    coverage = Coverage()
    for seed in range(1, 16):
        coverage.add(run_seed(seed).coverage)

    points = all_points()
    assert coverage.awaits
    assert coverage.awaits <= points.awaits
    assert coverage.commits
    assert coverage.commits <= points.commits
    assert len(missing(coverage)) == len(points.awaits - coverage.awaits) + len(
        points.commits - coverage.commits
    )
