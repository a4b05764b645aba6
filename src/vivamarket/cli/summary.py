"""What ``viva up`` tells the person who started it."""

from __future__ import annotations

import click

from vivamarket.adapters.local.secrets import ShopSecrets
from vivamarket.settings import Settings
from vivamarket.shop_file import read_shop_file

TEST_CARDS = (
    ("4242 4242 4242 4242", "succeeds"),
    ("4000 0000 0000 0002", "is declined"),
    ("4000 0025 0000 3155", "asks for 3-D Secure"),
)


def say(text: str) -> None:
    """Print a line of progress at once, also into a pipe."""
    click.echo(text)


def show_summary(settings: Settings, secrets: ShopSecrets, *, embedded: bool) -> None:
    """Print where everything is."""
    from rich.console import Console
    from rich.panel import Panel
    from rich.table import Table

    url = settings.public_url
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(overflow="fold")
    rows.add_row("Shop", f"[bold cyan]{url}/[/]")
    rows.add_row("Staff", f"{url}/admin/")
    rows.add_row("", f"{secrets.staff_email}   {secrets.staff_password}")
    if settings.sandbox:
        for number, outcome in TEST_CARDS:
            rows.add_row("Test card", f"{number}   {outcome}")
    rows.add_row("Mailbox", f"{url}/admin/mails")
    rows.add_row("API", f"{url}/api/docs")
    rows.add_row("Data", str(settings.data_dir))
    rows.add_row("Database", "embedded PostgreSQL" if embedded else "VIVA_DATABASE_URL")
    console = Console(highlight=False)
    title = f"[bold]{read_shop_file(settings.shop_file).profile.name} is open[/]"
    console.print(Panel(rows, title=title, title_align="left", border_style="green", expand=False))
    console.print("[dim]Ctrl-C closes the shop.[/]")
    console.file.flush()
