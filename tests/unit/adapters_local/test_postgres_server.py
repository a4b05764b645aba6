"""Our own PostgreSQL starts, survives being killed, and leaves nothing running."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from vivamarket.adapters.local.postgres_server import EmbeddedPostgres, PostgresFailed


@pytest.fixture
def server(own_folder: Path) -> Iterator[EmbeddedPostgres]:
    made = EmbeddedPostgres(own_folder / "postgres", log_file=own_folder / "postgres.log", durable=False)
    yield made
    made.stop()


def ask(server: EmbeddedPostgres, sql: str) -> str:
    return server.run("psql", "-XtAc", sql, server.url()).strip()


def test_it_starts_again_on_the_same_folder_after_a_clean_stop(server: EmbeddedPostgres) -> None:
    server.start()
    ask(server, "CREATE TABLE mugs (id integer); INSERT INTO mugs VALUES (7)")
    server.stop()

    server.start()

    assert ask(server, "SELECT id FROM mugs") == "7"


def test_it_starts_again_after_being_killed(server: EmbeddedPostgres) -> None:
    server.start()
    os.kill(server.process_id or 0, signal.SIGKILL)

    server.start()

    assert ask(server, "SELECT 1") == "1"


def test_a_server_that_lost_its_shop_is_stopped_and_replaced(
    server: EmbeddedPostgres, own_folder: Path
) -> None:
    orphan = EmbeddedPostgres(own_folder / "postgres", log_file=own_folder / "postgres.log", durable=False)
    orphan.start()
    orphan_id = orphan.process_id

    server.start()

    assert server.process_id != orphan_id
    assert ask(server, "SELECT 1") == "1"
    orphan.stop()


def test_a_pid_file_whose_number_names_another_process_is_no_obstacle(
    server: EmbeddedPostgres, own_folder: Path
) -> None:
    server.start()
    server.stop()
    (own_folder / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{own_folder / 'postgres'}\n")

    server.start()

    assert ask(server, "SELECT 1") == "1"


def test_a_first_start_that_was_cut_off_is_begun_anew(server: EmbeddedPostgres, own_folder: Path) -> None:
    half = own_folder / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")

    server.start()

    assert ask(server, "SELECT 1") == "1"
    assert not half.exists()


def test_a_folder_that_holds_something_else_is_told_and_left_alone(
    server: EmbeddedPostgres, own_folder: Path
) -> None:
    (own_folder / "postgres").mkdir()
    (own_folder / "postgres" / "thesis.txt").write_text("years of work")

    with pytest.raises(PostgresFailed, match="PG_VERSION is missing"):
        server.start()

    assert [path.name for path in (own_folder / "postgres").iterdir()] == ["thesis.txt"]


def test_a_path_too_long_for_a_socket_is_no_obstacle(own_folder: Path) -> None:
    folder = own_folder / ("long-" * 20) / "postgres"
    server = EmbeddedPostgres(folder, log_file=own_folder / "postgres.log", durable=False)

    server.start()

    assert ask(server, "SELECT 1") == "1"
    server.stop()


def test_stopping_leaves_no_process_behind(server: EmbeddedPostgres, own_folder: Path) -> None:
    server.start()

    server.stop()

    left = [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(own_folder) in (process.info["cmdline"] or [])
    ]
    assert left == []
