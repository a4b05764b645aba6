"""What goes into the package of the Lambda functions, and that it depends on nothing else."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path

import pytest
from infra import package
from infra.package import AWS_SERVICES, CHECKOUT, PackageRefused, make_package, not_needed, zipped


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {name}\n")


def test_what_no_function_opens_is_left_out(tmp_path: Path) -> None:
    put(
        tmp_path,
        "botocore/data/s3/service.json",
        "botocore/data/ec2/service.json",
        "botocore/data/endpoints.json",
        "babel/locale-data/es_ES.dat",
        "babel/locale-data/ja.dat",
        "babel/locale-data/root.dat",
        "library/tests/test_it.py",
        "library/it.pyi",
        "library/it.py",
    )

    gone = {path.relative_to(tmp_path).as_posix() for path in not_needed(tmp_path)}

    assert gone == {"botocore/data/ec2", "babel/locale-data/ja.dat", "library/tests", "library/it.pyi"}


def test_the_same_files_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        put(tmp_path / name, "b/c.py", "a.py")
        os.utime(tmp_path / name / "a.py", (1, len(name)))
    os.utime(tmp_path / "two" / "a.py", (9, 9))

    first = zipped(tmp_path / "one", tmp_path / "one.zip")
    second = zipped(tmp_path / "two", tmp_path / "two.zip")

    assert first.path.read_bytes() == second.path.read_bytes()
    assert zipfile.ZipFile(first.path).namelist() == ["a.py", "b/c.py"]
    assert first.zip_bytes == first.path.stat().st_size
    assert {name for name, _ in first.parts} == {"a.py", "b"}


def test_every_service_that_an_adapter_asks_is_in_the_package() -> None:
    clients = (CHECKOUT / "src/vivamarket/adapters/aws/clients.py").read_text()
    asked = set(re.findall(r'client\(\s*"([a-z0-9-]+)"', clients))

    assert {"dynamodb", "s3"} <= asked
    assert asked <= AWS_SERVICES


def test_without_its_tool_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "UV", tmp_path / "uv")

    with pytest.raises(PackageRefused, match="viva prepare python"):
        make_package(tmp_path, "arm64")
