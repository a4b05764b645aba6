"""``viva up``: the whole shop on this machine, until Ctrl-C."""

from __future__ import annotations

from pathlib import Path

import click


@click.command
@click.option("--port", metavar="NUMBER", help="The port to serve on [VIVA_PORT, 8000].")
@click.option("--host", metavar="ADDRESS", help="The address to listen on [VIVA_HOST, 127.0.0.1].")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=True, resolve_path=True),
    metavar="FOLDER",
    help="The data folder [VIVA_DATA_DIR, var].",
)
@click.option("--demo/--no-demo", default=True, help="Load the demo catalogue at the first start.")
@click.option("--open", "open_browser", is_flag=True, help="Open the shop in the browser.")
@click.option("--logs", is_flag=True, help="Show the processes' logs here instead of keeping them in files.")
def command(
    *, port: str | None, host: str | None, data: Path | None, demo: bool, open_browser: bool, logs: bool
) -> None:
    """Start the whole shop on this machine, until Ctrl-C.

    The first start creates the database, loads a demo catalogue and makes a staff account. A later
    start takes up where the last one ended, however it ended. With VIVA_DATABASE_URL the shop uses
    another PostgreSQL (15 or newer) instead of the one it brings.

    A second shop beside the first: viva up --data other-folder --port 8001
    """
    from vivamarket.cli.context import read_settings
    from vivamarket.cli.shop import Shop

    settings = read_settings(port=port, host=host, data_dir=None if data is None else str(data))
    Shop(settings, demo=demo, show_logs=logs, open_browser=open_browser).run()
