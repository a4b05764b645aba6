"""``viva import`` and ``viva export`` from end to end, on a data folder of their own."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = "Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty\nmug,Mug,MUG,12.50,3\npot,Pot,POT,20,0\n"
BAD = GOOD + "pan,Pan,PAN,-1,0\n"


def viva(database_url: str, data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vivamarket.cli", *arguments],
        env={**os.environ, "VIVA_DATA_DIR": str(data), "VIVA_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )


@pytest.mark.usefixtures("pool")
def test_a_file_goes_in_and_comes_out(database_url: str, tmp_path: Path) -> None:
    file, out, report = tmp_path / "in.csv", tmp_path / "out.csv", tmp_path / "report.csv"
    file.write_text(BAD)

    dry = viva(database_url, tmp_path, "import", str(file), "--dry-run", "--json")
    done = viva(database_url, tmp_path, "import", str(file), "--no-images", "--report", str(report))
    file.write_text(GOOD)
    again = viva(database_url, tmp_path, "import", str(file), "--json")
    exported = viva(database_url, tmp_path, "export", str(out), "--format", "shopify")

    assert dry.returncode == 1, dry.stderr
    told = json.loads(dry.stdout)
    assert (told["created"], told["refused"], told["issues"][0]["code"]) == (2, 1, "negative_price")
    assert done.returncode == 1, done.stderr
    assert "row 4, Variant Price" in done.stderr
    outcomes = [row["outcome"] for row in csv.DictReader(report.read_text().splitlines())]
    assert outcomes == ["created", "created", "refused"]
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["unchanged"] == 2
    assert exported.returncode == 0, exported.stderr
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert [(row["Handle"], row["Variant Price"], row["Variant Inventory Qty"]) for row in rows] == [
        ("mug", "12.50", "3"),
        ("pot", "20.00", "0"),
    ]


@pytest.mark.usefixtures("pool")
def test_an_unfit_file_is_told_plainly(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text(GOOD.replace(",", ";"))

    plain = viva(database_url, tmp_path, "import", str(file))
    coded = viva(database_url, tmp_path, "import", str(file), "--json")

    assert (plain.returncode, coded.returncode) == (1, 1)
    assert "semicolons" in plain.stderr
    assert "Traceback" not in plain.stderr
    assert json.loads(coded.stdout)["file_refused"]["code"] == "wrong_delimiter"
