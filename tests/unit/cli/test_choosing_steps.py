import click
import pytest

from vivamarket.cli.test import choose
from vivamarket.cli.test_steps import steps


def names(*only: str, fast: bool = False) -> list[str]:
    return [step.name for step in choose(steps(), only, fast=fast)]


def test_a_step_brings_the_one_it_needs():
    assert names("end-to-end") == ["storefront build", "end to end"]


def test_fast_leaves_out_the_build_and_the_browser():
    assert set(names()) - set(names(fast=True)) == {"storefront build", "end to end"}


def test_an_unknown_step_is_refused_with_the_known_ones():
    with pytest.raises(click.UsageError, match="python-tests"):
        names("teh-tests")
