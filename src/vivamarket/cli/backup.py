"""``viva backup``: everything into one file, while the shop runs."""

from __future__ import annotations

import tempfile
from importlib.metadata import version
from pathlib import Path

import click

from vivamarket.cli.context import print_json, read_settings


@click.command
@click.argument("output", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the result for a script.")
def command(*, output: Path | None, as_json: bool) -> None:
    """Save everything into one file, while the shop runs.

    Holds database, pictures, mails and secrets; keep it as safe as the shop itself. OUTPUT is
    viva-<time>.tar in this folder unless given. Beside it, OUTPUT.anchor says where the audit log ended.
    """
    from vivamarket.adapters.local.clock import SystemClock
    from vivamarket.cli.archive import Manifest, dump_database, write_archive
    from vivamarket.cli.audit_log import audit_anchor
    from vivamarket.cli.data_folder import DATA_VERSION
    from vivamarket.cli.database import open_database

    settings = read_settings()
    now = SystemClock().now()
    target = (output or Path(f"viva-{now:%Y%m%d-%H%M%S}.tar")).absolute()
    manifest = Manifest(now.isoformat(timespec="seconds"), version("vivamarket"), DATA_VERSION, has_end=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".viva-backup-") as scratch:
        dump = Path(scratch, "database.dump")
        with open_database(settings) as url:
            anchor = audit_anchor(url)
            dump_database(url, dump)
        write_archive(settings, manifest, dump, Path(scratch), target)
    # A name of its own, so that it is copied away with the backup and outlives it.
    target.with_name(f"{target.name}.anchor").write_text(f"{anchor}\n", encoding="ascii")
    size = target.stat().st_size
    if as_json:
        print_json({"file": str(target), "bytes": size, "anchor": anchor})
    else:
        click.echo(f"Saved {size / 1_000_000:.1f} MB in {target}")
