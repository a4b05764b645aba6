"""Backup, restore, reset and status keep their word, with and without a running shop."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from tests.unit.cli.conftest import Open

from vivamarket.cli.archive import Manifest, write_archive
from vivamarket.cli.data_folder import DataFolder
from vivamarket.cli.errors import CommandFailed
from vivamarket.settings import Settings

OPEN = "Ctrl-C closes the shop"


def viva(data: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vivamarket.cli", *arguments],
        env={**os.environ, "VIVA_DATA_DIR": str(data), **environ},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )


def test_a_backup_of_a_running_shop_restores_into_an_empty_folder(open_shop: Open, own_folder: Path) -> None:
    shop = open_shop()
    shop.until(OPEN)
    (shop.data / "media").mkdir()
    (shop.data / "media" / "mug.webp").write_bytes(b"a picture of a mug")

    checked = viva(shop.data, "check")
    saved = viva(shop.data, "backup", str(own_folder / "saved.tar"), "--json")
    restored = viva(own_folder / "other", "restore", str(own_folder / "saved.tar"), "--yes")

    assert "Every invariant holds." in checked.stdout
    assert json.loads(saved.stdout)["file"] == str(own_folder / "saved.tar")
    assert (own_folder / "saved.tar").stat().st_mode & 0o777 == 0o600
    assert restored.returncode == 0, restored.stderr
    assert "Every invariant holds." in restored.stdout
    assert (own_folder / "other" / "media" / "mug.webp").read_bytes() == b"a picture of a mug"
    assert (own_folder / "other" / "secrets.json").read_text() == (shop.data / "secrets.json").read_text()
    assert not list(own_folder.glob("other.before-*"))
    anchor = (own_folder / "saved.tar.anchor").read_text().strip()
    assert json.loads(saved.stdout)["anchor"] == anchor
    logged = json.loads(viva(own_folder / "other", "audit", "verify", "--json", "--anchor", anchor).stdout)
    assert (logged["holds"], logged["checked"]) == (True, int(anchor.partition(":")[0]) + 2)
    again = viva(own_folder / "other", "backup", str(own_folder / "again.tar"))
    assert again.returncode == 0, again.stderr


def test_what_stood_in_the_way_of_a_restore_is_kept(open_shop: Open, own_folder: Path) -> None:
    shop = open_shop()
    shop.until(OPEN)
    viva(shop.data, "backup", str(own_folder / "saved.tar"))
    (own_folder / "other").mkdir()
    (own_folder / "other" / "thesis.txt").write_text("years of work")

    restored = viva(own_folder / "other", "restore", str(own_folder / "saved.tar"), "--yes")

    (kept,) = own_folder.glob("other.before-*")
    assert str(kept) in restored.stdout
    assert (kept / "thesis.txt").read_text() == "years of work"


def test_what_is_no_backup_is_refused_and_changes_nothing(own_folder: Path) -> None:
    (own_folder / "holiday.tar").write_bytes(b"not a tar file at all" * 100)

    refused = viva(own_folder / "data", "restore", str(own_folder / "holiday.tar"), "--yes")

    assert refused.returncode == 1
    assert "is damaged or not a backup" in refused.stderr
    assert not (own_folder / "data").exists()


def test_a_cut_off_backup_is_refused(open_shop: Open, own_folder: Path) -> None:
    shop = open_shop()
    shop.until(OPEN)
    viva(shop.data, "backup", str(own_folder / "saved.tar"))
    whole = (own_folder / "saved.tar").read_bytes()
    (own_folder / "cut.tar").write_bytes(whole[: len(whole) // 3])
    with tarfile.open(own_folder / "saved.tar") as archive:
        end = archive.getmember("end").offset
    (own_folder / "endless.tar").write_bytes(whole[:end])

    refused = [
        viva(own_folder / "other", "restore", str(own_folder / name), "--yes")
        for name in ("cut.tar", "endless.tar")
    ]

    assert [each.returncode for each in refused] == [1, 1]
    assert "its end is missing" in refused[1].stderr
    assert not list(own_folder.glob("other*"))


def test_without_room_half_a_backup_never_stays(own_folder: Path) -> None:
    settings = Settings.from_env({"VIVA_DATA_DIR": str(own_folder / "data")})
    (own_folder / "data" / "media").mkdir(parents=True)
    (own_folder / "data" / "media" / "mug.webp").write_bytes(b"x" * 100_000)
    dump = own_folder / "database.dump"
    dump.write_bytes(b"dump")
    output = own_folder / "saved.tar"
    manifest = Manifest("2026-03-01T12:00:00+00:00", "1.0", 1, has_end=True)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))

    try:
        with pytest.raises(CommandFailed, match="no room for"):
            write_archive(settings, manifest, dump, own_folder, output)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert not list(own_folder.glob("saved.tar*"))


@pytest.mark.parametrize("arguments", [["reset", "--yes"], ["restore", "BACKUP", "--yes"]])
def test_a_running_shop_is_never_pulled_away(open_shop: Open, own_folder: Path, arguments: list[str]) -> None:
    shop = open_shop()
    shop.until(OPEN)
    (own_folder / "BACKUP").touch()

    refused = viva(shop.data, *[str(own_folder / a) if a == "BACKUP" else a for a in arguments])

    assert refused.returncode == 1
    assert "is running" in refused.stderr


def test_reset_erases_only_after_a_yes(open_shop: Open) -> None:
    shop = open_shop()
    shop.until(OPEN)
    shop.end()

    unanswered = viva(shop.data, "reset")
    kept = (shop.data / "secrets.json").exists()
    answered = viva(shop.data, "reset", "--yes")

    assert unanswered.returncode == 130
    assert kept
    assert answered.returncode == 0
    assert not shop.data.exists()


def test_reset_leaves_a_folder_alone_that_is_not_ours(own_folder: Path) -> None:
    (own_folder / "thesis.txt").write_text("years of work")

    refused = viva(own_folder, "reset", "--yes")

    assert refused.returncode == 1
    assert (own_folder / "thesis.txt").exists()


def test_status_tells_an_open_shop_from_a_closed_one(open_shop: Open) -> None:
    shop = open_shop()
    shop.until(OPEN)

    opened = viva(shop.data, "status", "--json")
    shop.end()
    closed = viva(shop.data, "status", "--json")

    assert (opened.returncode, json.loads(opened.stdout)["status"]) == (0, "open")
    assert (closed.returncode, json.loads(closed.stdout)["status"]) == (1, "closed")


def test_status_asks_this_machine_and_not_the_public_address(open_shop: Open) -> None:
    shop = open_shop(VIVA_PUBLIC_URL="https://shop.invalid")
    shop.until(OPEN)

    told = json.loads(viva(shop.data, "status", "--json").stdout)

    assert (told["status"], told["url"]) == ("open", "https://shop.invalid")


def test_a_shop_that_still_starts_is_neither_open_nor_closed(own_folder: Path) -> None:
    folder = DataFolder(Settings.from_env({"VIVA_DATA_DIR": str(own_folder / "data")}))
    folder.claim()

    told = json.loads(viva(own_folder / "data", "status", "--json").stdout)
    erased = viva(own_folder / "data", "reset", "--yes")

    (own_folder / "data" / "run" / "shop.json").write_text('{"process_id": 1}')
    older_release = folder.running()
    folder.release()
    assert told["status"] == "starting"
    assert older_release is None
    assert erased.returncode == 1
    assert "is running" in erased.stderr


@pytest.mark.parametrize(
    "arguments", [("orders",), ("staff", "list"), ("export", "out.csv"), ("backup", "b"), ("check",)]
)
def test_a_folder_without_a_shop_is_told_and_left_alone(own_folder: Path, arguments: tuple[str, ...]) -> None:
    named = [str(own_folder / each) if each in ("out.csv", "b") else each for each in arguments]

    refused = viva(own_folder / "typo", *named)

    assert refused.returncode == 1
    assert f"There is no shop in {own_folder / 'typo'} yet" in refused.stderr
    assert "./viva up" in refused.stderr
    assert not (own_folder / "typo").exists()


def test_staff_are_added_listed_and_given_new_passwords(own_folder: Path, fresh_database: str) -> None:
    data = own_folder / "data"

    def staff(*arguments: str) -> subprocess.CompletedProcess[str]:
        return viva(data, "staff", *arguments, VIVA_DATABASE_URL=fresh_database)

    added = json.loads(staff("add", "Jo@example.com", "--owner", "--json").stdout)
    twice = staff("add", "jo@example.com")
    changed = json.loads(staff("password", "jo@example.com", "--json").stdout)
    listed = json.loads(staff("list", "--json").stdout)

    assert twice.returncode == 1
    assert changed["password"] != added["password"]
    assert [(staff["email"], staff["role"]) for staff in listed] == [("jo@example.com", "owner")]


def test_a_shop_without_orders_says_so(own_folder: Path, fresh_database: str) -> None:
    data = own_folder / "data"

    assert viva(data, "orders", VIVA_DATABASE_URL=fresh_database).stdout == "No orders yet.\n"
    assert viva(data, "orders", "VM-000000", VIVA_DATABASE_URL=fresh_database).returncode == 1


def test_an_export_into_a_folder_that_is_not_there_says_which(own_folder: Path, fresh_database: str) -> None:
    refused = viva(own_folder, "export", str(own_folder / "no" / "out.csv"), VIVA_DATABASE_URL=fresh_database)

    assert refused.returncode == 1
    assert f"There is no folder {own_folder / 'no'}" in refused.stderr
