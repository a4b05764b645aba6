"""``viva up`` ends cleanly, survives every kind of kill, and says plainly why it cannot start."""

from __future__ import annotations

import signal
import socket
import sys
from pathlib import Path

import psutil
from tests.unit.cli.conftest import Open, processes_of

from vivamarket.cli.data_folder import DATA_VERSION

OPEN = "Ctrl-C closes the shop"


def child(data: Path, role: str) -> psutil.Process:
    return next(process for process in processes_of(data) if role in process.cmdline())


def postmaster(data: Path) -> psutil.Process:
    return psutil.Process(int((data / "postgres" / "postmaster.pid").read_text().split()[0]))


def test_ctrl_c_ends_everything(open_shop: Open) -> None:
    shop = open_shop()
    shop.until(OPEN)

    said = shop.end(signal.SIGINT)

    assert "everything is stored" in said
    assert shop.process.returncode == 0
    assert processes_of(shop.data) == []


def test_the_first_start_is_only_once(open_shop: Open) -> None:
    for _ in range(2):
        shop = open_shop()
        shop.until(OPEN)
        shop.end(signal.SIGTERM)

    assert (shop.data / "first-starts").read_text() == "x"


def test_a_killed_supervisor_leaves_no_children_and_starts_again(open_shop: Open) -> None:
    shop = open_shop()
    shop.until(OPEN)

    shop.kill()

    assert processes_of(shop.data) == []
    again = open_shop()
    again.until(OPEN)


def test_everything_killed_at_once_starts_again(open_shop: Open) -> None:
    shop = open_shop()
    shop.until(OPEN)

    for process in processes_of(shop.data):
        process.kill()
    shop.process.wait()

    again = open_shop()
    again.until(OPEN)
    assert "everything is stored" in again.end()


def test_children_that_outlived_shop_and_leashes_are_ended_by_the_next_start(open_shop: Open) -> None:
    shop = open_shop()
    shop.until(OPEN)
    orphan = child(shop.data, "web")

    doomed = [
        process
        for process in processes_of(shop.data)
        if process.pid == shop.process.pid or "viva-leash" in process.cmdline()
    ]
    for process in doomed:  # all known before the first dies, for some die with another
        process.kill()
    shop.process.wait()
    again = open_shop()

    again.until(OPEN)
    assert not orphan.is_running()


def test_a_crashed_child_is_started_again(open_shop: Open) -> None:
    shop = open_shop()
    shop.until(OPEN)

    child(shop.data, "web").kill()

    shop.until("The web ended unexpectedly (SIGKILL); starting it again.")


def test_a_killed_database_is_started_again(open_shop: Open) -> None:
    shop = open_shop()
    shop.until(OPEN)

    postmaster(shop.data).kill()

    shop.until("PostgreSQL ended unexpectedly; starting it again.")
    assert "everything is stored" in shop.end()


def test_a_child_that_cannot_live_ends_the_shop_with_its_log(open_shop: Open) -> None:
    shop = open_shop(STAND_IN_WORKER_CRASHES="1")

    said = shop.output.read()

    assert shop.process.wait() == 1
    assert "The worker crashed" in said
    assert "the worker's engine is on fire" in said
    assert processes_of(shop.data) == []


def test_two_shops_run_side_by_side(open_shop: Open, own_folder: Path) -> None:
    first = open_shop()
    first.until(OPEN)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    second = open_shop(own_folder / "second", port)

    second.until(OPEN)
    assert "everything is stored" in second.end()
    assert "everything is stored" in first.end()


def test_a_taken_port_is_named_with_a_free_one(open_shop: Open, free_port: int) -> None:
    with socket.create_server(("127.0.0.1", free_port)):
        shop = open_shop()
        said = shop.output.read()

    assert shop.process.wait() == 3
    assert f"Port {free_port} is taken by another program" in said
    assert "./viva up --port" in said
    assert not (shop.data / "postgres").exists()


def test_a_port_taken_during_a_long_first_start_is_named_too(
    open_shop: Open, own_folder: Path, free_port: int
) -> None:
    shop = open_shop(STAND_IN_FIRST_WAITS_FOR=str(own_folder / "go-on"))
    shop.until("first start under way")

    with socket.create_server(("127.0.0.1", free_port)):
        (own_folder / "go-on").touch()
        said = shop.output.read()

    assert shop.process.wait() == 3
    assert f"Port {free_port} is taken by another program" in said
    assert processes_of(shop.data) == []


def test_a_folder_in_use_is_refused_with_the_address_of_its_shop(open_shop: Open, free_port: int) -> None:
    open_shop().until(OPEN)

    second = open_shop()
    said = second.output.read()

    assert second.process.wait() == 3
    assert f"Another shop is running on {second.data} at http://127.0.0.1:{free_port}" in said


def test_data_of_a_newer_release_is_refused_and_left_alone(open_shop: Open, own_folder: Path) -> None:
    folder = own_folder / "data"
    folder.mkdir()
    (folder / "VERSION").write_text(f"{DATA_VERSION + 1}\n")

    shop = open_shop()
    said = shop.output.read()

    assert shop.process.wait() == 3
    assert "was written by a newer release" in said
    assert not (folder / "postgres").exists()


def test_a_version_that_is_no_number_is_not_called_newer(open_shop: Open, own_folder: Path) -> None:
    folder = own_folder / "data"
    folder.mkdir()
    (folder / "VERSION").write_text("release candidate\n")

    shop = open_shop()
    said = shop.output.read()

    assert shop.process.wait() == 3
    assert "is no data version" in said
    assert "newer" not in said


def test_a_file_in_place_of_the_folder_is_refused(open_shop: Open, own_folder: Path) -> None:
    (own_folder / "data").write_text("not a folder")

    shop = open_shop()
    said = shop.output.read()

    assert shop.process.wait() == 3
    assert "is not a folder" in said


def test_a_database_that_does_not_answer_is_named_without_its_password(open_shop: Open) -> None:
    shop = open_shop(VIVA_DATABASE_URL="postgresql://jo:hunter2@127.0.0.1:9/shop")
    said = shop.output.read()

    assert shop.process.wait() == 3
    assert "The database at 127.0.0.1:9/shop does not answer" in said
    assert "hunter2" not in said


def test_another_database_is_used_where_one_is_set(open_shop: Open, fresh_database: str) -> None:
    shop = open_shop(VIVA_DATABASE_URL=fresh_database)

    shop.until(OPEN)

    assert not (shop.data / "postgres").exists()
    assert "everything is stored" in shop.end()


def test_a_read_only_folder_is_refused(open_shop: Open) -> None:
    nobody_may_write_here = Path("/sys" if sys.platform == "linux" else "/System") / "vivamarket"

    shop = open_shop(nobody_may_write_here)
    said = shop.output.read()

    assert shop.process.wait() == 3
    assert "cannot be written to" in said
