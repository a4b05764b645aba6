"""A shop that is called VivaMarket and stays so, for what speaks for it."""

from __future__ import annotations

from dataclasses import replace

from vivamarket.shop.model import StillShop
from vivamarket.shop_file import read_shop_file


def still_shop(*, email: str = "shop@shop.test", locale: str = "en") -> StillShop:
    """Return the shop of the repository's shop file, with that address and first language."""
    return StillShop(replace(read_shop_file().profile, email=email, locales=(locale,)))
