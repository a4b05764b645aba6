"""``viva status``: does the shop run, where, and how is it."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import click

from vivamarket.cli.context import print_json, read_settings
from vivamarket.cli.errors import ExitCode

PROBE_TIMEOUT_SECONDS = 5.0
BODY_BYTES_MAX = 100_000


@click.command
@click.option("--json", "as_json", is_flag=True, help="Print for a script.")
def command(*, as_json: bool) -> int:
    """Tell whether the shop runs, where, and how it is. Exit code 0: it runs and is ready."""
    from vivamarket.cli.data_folder import DataFolder

    settings = read_settings()
    folder = DataFolder(settings)
    running = folder.running()
    if running is not None:
        status, ready = _ask(running.local_url)
    else:
        status, ready = ("starting" if folder.is_held() else "closed"), False
    answer = {
        "status": status,
        "ready": ready,
        "url": running.public_url if running else None,
        "process_id": running.process_id if running else None,
        "data_dir": str(settings.data_dir),
    }
    if as_json:
        print_json(answer)
    else:
        for name, value in answer.items():
            if value is not None:
                click.echo(f"{name:<12}{str(value).lower() if isinstance(value, bool) else value}")
    return ExitCode.DONE if ready else ExitCode.FAILED


def _ask(local_url: str) -> tuple[str, bool]:
    """Return what the running shop says about itself."""
    connection = http.client.HTTPConnection(urlsplit(local_url).netloc, timeout=PROBE_TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/health/ready")
        response = connection.getresponse()
        response.read(BODY_BYTES_MAX)
    except (OSError, http.client.HTTPException) as error:
        return f"open, but does not answer ({error})", False
    finally:
        connection.close()
    ready = response.status == http.client.OK
    return ("open" if ready else f"open, not ready (status {response.status})"), ready
