"""``viva openapi``: the API's description."""

from __future__ import annotations

from pathlib import Path

import click


@click.command
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead.")
def command(output: Path | None) -> None:
    """Print the API's OpenAPI document (JSON)."""
    from vivamarket.api.app import openapi_document

    document = openapi_document()
    if output is None:
        click.echo(document.decode())
    else:
        output.write_bytes(document)
