"""How much is compared; the defaults are for every test run, more is asked for by hand."""

from __future__ import annotations

import pytest
from tests.differential.sides import Server


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("differential", "PostgreSQL against its double (tests/differential)")
    group.addoption("--operations", type=int, default=None, help="how many operations to compare")
    group.addoption("--batches", type=int, default=None, help="how many batches to send at once")
    group.addoption("--seed", type=int, default=None, help="the first seed; later ones count up")


@pytest.fixture
def server(postgres_url: str, worker_id: str) -> Server:
    return Server(postgres_url, f"viva_differential_{worker_id}")


@pytest.fixture
def asked(request: pytest.FixtureRequest) -> dict[str, int]:
    """What was asked for on the command line; a whole test run never knew these options."""
    options = ("operations", "batches", "seed")
    found = {name: request.config.getoption(f"--{name}", default=None) for name in options}
    return {name: value for name, value in found.items() if value is not None}
