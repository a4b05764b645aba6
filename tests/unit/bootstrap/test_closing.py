"""What a process of the shop opened is closed when it ends."""

from __future__ import annotations

import gc
import warnings
from pathlib import Path

import pytest

from vivamarket.bootstrap.checkout import payments_of
from vivamarket.bootstrap.shop import open_shop
from vivamarket.payments.errors import GatewayUnavailable
from vivamarket.settings import Settings


async def test_connections_to_the_payment_provider_are_closed_with_the_shop(
    fresh_database: str, tmp_path: Path
) -> None:
    settings = Settings.from_env(
        {"VIVA_DATA_DIR": str(tmp_path), "VIVA_STRIPE_API_BASE": "http://127.0.0.1:1/nobody"}
    )

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ResourceWarning)
        async with open_shop(settings, role="test", database_url=fresh_database) as shop:
            with pytest.raises(GatewayUnavailable):
                await payments_of(shop).provider.retrieve("cs_1")
        del shop
        gc.collect()

    assert [str(each.message) for each in told if "client session" in str(each.message)] == []
