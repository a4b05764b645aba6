"""An API whose services are never reached: for everything that is decided before them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
from tests.helpers.catalog import CountedIds, StillClock

from vivamarket.api import ApiConfig, ApiServices, create_api
from vivamarket.kernel.rates import TokenBuckets
from vivamarket.shop_file import read_shop_file


class Broken:
    """A service with a programmer's mistake in it, or one that is away."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        async def fail(*_args: object, **_named: object) -> None:
            raise self._error

        return fail


def quiet_services(clock: StillClock, **filled: Any) -> ApiServices:
    file = read_shop_file()
    unreached: Any = Broken(AssertionError("a service was reached"))
    services = ApiServices(
        shop=file.profile,
        rules=file,
        settings=unreached,
        catalog=unreached,
        shelves=unreached,
        search=unreached,
        stock=unreached,
        carts=unreached,
        orders=unreached,
        pricing=unreached,
        checkout=unreached,
        staff=unreached,
        office=unreached,
        after=unreached,
        account=unreached,
        keys=unreached,
        clock=clock,
        ids=CountedIds(),
    )
    return replace(services, **filled)


def quiet_client(
    config: ApiConfig | None = None,
    *,
    clock: StillClock | None = None,
    shared_buckets: TokenBuckets | None = None,
    **filled: Any,
) -> httpx.AsyncClient:
    """Return a client of the API alone, without hot reads."""
    services = quiet_services(clock or StillClock(), **filled)
    app = create_api(services, config, shared_buckets=shared_buckets)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test")
