"""What happens once in a shop's life: the owner's account and, if wanted, the demo catalogue.

``viva up`` runs it as a process of its own. It can be ended at any point and run again: what is there
stays as it is, what is missing is added.
"""

from __future__ import annotations

import asyncio
import os
import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from vivamarket.adapters.local.fetch import HttpImageFetcher
from vivamarket.adapters.local.images import PillowImageProcessor
from vivamarket.bootstrap.accounts import accounts_of
from vivamarket.bootstrap.shop import Shop, open_shop
from vivamarket.demo.loader import load_demo
from vivamarket.media.service import MediaService
from vivamarket.settings import Settings


async def first_start(settings: Settings, *, demo: bool) -> None:
    """Make what the shop's first start makes."""
    async with open_shop(settings, role="first start") as shop:
        await accounts_of(shop).ensure_owner(shop.secrets.staff_email, shop.secrets.staff_password)
        if demo:
            await _load_demo(shop)


async def _load_demo(shop: Shop) -> None:
    processor = PillowImageProcessor()
    media = MediaService(shop.home.files, processor, HttpImageFetcher())
    columns = (TextColumn("Demo catalogue"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=Console(stderr=True)) as bar:
            loading = bar.add_task("", total=None)
            report = await load_demo(
                store=shop.home.catalog,
                catalog=shop.catalog,
                stock=shop.stock,
                media=media,
                tasks=shop.tasks,
                progress=lambda done, total: bar.update(loading, completed=done, total=total),
            )
    finally:
        await processor.close()
    for slug, refusal in report.refused:
        Console(stderr=True).print(f"Left out of the demo catalogue: {slug} ({refusal.message})")


def main() -> None:
    """Run it with the settings of the environment; ``--no-demo`` leaves the catalogue empty."""
    asyncio.run(first_start(Settings.from_env(os.environ), demo="--no-demo" not in sys.argv[1:]))


if __name__ == "__main__":
    main()
