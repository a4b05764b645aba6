from pathlib import Path

import httpx
from tests.helpers.catalog import CountedIds, StillClock
from tests.helpers.quiet_api import quiet_services
from tests.helpers.telemetry import Notes

from vivamarket.api import ApiConfig, HotReads, RequestIds, StaticConfig, StaticSite, create_api, create_edge
from vivamarket.api.asgi import Receive, Scope, Send


async def teapot(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def test_every_answer_is_timed_by_area_and_without_its_address(tmp_path: Path) -> None:
    clock, notes = StillClock(), Notes()
    ids = RequestIds(CountedIds())
    edge = create_edge(
        create_api(quiet_services(clock, telemetry=notes), request_ids=ids),
        StaticSite(tmp_path, clock=clock, config=StaticConfig()),
        {"/admin": teapot},
        HotReads(clock=clock, request_ids=ids, config=ApiConfig()),
        telemetry=notes,
        clock=clock,
    )

    async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://shop.test") as client:
        for path in ("/api/v1/shop", "/health/live", "/admin/orders", "/en/p/mug/"):
            await client.get(path)

    at_edge = [each for name, each in notes.observed if name == "http.server.edge.duration"]
    in_api = [each for name, each in notes.observed if name == "http.server.request.duration"]
    assert at_edge == [
        {"area": "hot:shop", "status": 200},
        {"area": "api", "status": 200},
        {"area": "/admin", "status": 418},
        {"area": "static", "status": 404},
    ]
    assert [each["route"] for each in in_api] == ["/api/v1/shop", "/health/live"]
    assert notes.spans == ["http.request", "http.request"]
