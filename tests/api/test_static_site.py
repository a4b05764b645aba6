import gzip
import os
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from tests.helpers.catalog import CountedIds, StillClock

from vivamarket.api import ApiConfig, HotReads, RequestIds, StaticConfig, StaticSite, create_edge
from vivamarket.api.asgi import Receive, Scope, Send
from vivamarket.api.languages import preferred_locale

HOME = b"<!doctype html><title>Home</title>" + b"<p>Welcome</p>" * 200


class Net:
    """Renders one page on demand."""

    async def render_missing(self, path: str) -> tuple[int, Mapping[str, str], bytes] | None:
        if path == "/en/p/forgotten/":
            return 200, {"content-type": "text/html; charset=utf-8"}, b"<title>Forgotten</title>"
        if path == "/en/p/old/":
            return 301, {"location": "/en/p/new/"}, b""
        return None


class Site:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = StillClock()
        config = StaticConfig(html_headers={"content-security-policy": "default-src 'self'"})
        self.static = StaticSite(root, clock=self.clock, config=config, page_source=Net())
        ids = RequestIds(CountedIds())
        hot = HotReads(clock=self.clock, request_ids=ids, config=ApiConfig())
        edge = create_edge(nothing, self.static, {"/admin": mounted}, hot)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://shop.test")

    def put(self, name: str, body: bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        return path

    async def get(self, path: str, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(path, headers={"accept-encoding": "identity", **named})


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("the API was asked")


async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


@pytest.fixture
def site(tmp_path: Path) -> Site:
    built = Site(tmp_path)
    built.put("pages/en.html", HOME)
    built.put("pages/404.html", b"<title>Nothing here</title>")
    built.put("pages/_next/static/app.abc123.js", b"export const shop = 1;")
    built.put("media/m1/320.avif", b"AVIF")
    built.put("secret.txt", b"secret")
    return built


async def test_an_address_is_answered_by_its_page(site: Site) -> None:
    answer = await site.get("/en/")

    assert answer.status_code == 200
    assert answer.content == HOME
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "stale-while-revalidate=600" in answer.headers["cache-control"]
    assert answer.headers["content-security-policy"] == "default-src 'self'"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_hashed_assets_and_pictures_are_kept_for_a_year(site: Site) -> None:
    script = await site.get("/_next/static/app.abc123.js")
    picture = await site.get("/media/m1/320.avif")

    assert script.headers["cache-control"] == picture.headers["cache-control"]
    assert "immutable" in script.headers["cache-control"]
    assert picture.headers["content-type"] == "image/avif"
    assert "content-security-policy" not in script.headers


async def test_an_unchanged_file_answers_304_and_a_changed_one_200(site: Site) -> None:
    etag = (await site.get("/en/")).headers["etag"]
    unchanged = await site.get("/en/", if_none_match=etag)
    site.put("pages/en.html", b"<title>New</title>")
    await site.clock.sleep(1.0)
    changed = await site.get("/en/", if_none_match=etag)

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert (changed.status_code, changed.content) == (200, b"<title>New</title>")


async def test_a_file_is_looked_at_at_most_once_a_second(site: Site) -> None:
    await site.get("/en/")
    site.put("pages/en.html", b"<title>New</title>")

    assert (await site.get("/en/")).content == HOME
    site.static.forget()
    assert (await site.get("/en/")).content == b"<title>New</title>"


async def test_a_removed_file_is_gone(site: Site) -> None:
    await site.get("/en/")
    (site.root / "pages/en.html").unlink()
    await site.clock.sleep(1.0)

    assert (await site.get("/en/")).status_code == 404


async def test_a_browser_that_takes_gzip_gets_fewer_bytes(site: Site) -> None:
    async with site.client.stream("GET", "/en/", headers={"accept-encoding": "gzip, br"}) as answer:
        packed = b"".join([part async for part in answer.aiter_raw()])

    assert answer.headers["content-encoding"] == "gzip"
    assert len(packed) < len(HOME) / 2
    assert gzip.decompress(packed) == HOME


async def test_a_packed_sibling_is_preferred_unless_it_is_older(site: Site) -> None:
    page = site.put("pages/en/about.html", b"<title>About</title>" * 100)
    sibling = site.put("pages/en/about.html.br", b"BROTLI")
    fresh = await site.client.head("/en/about/", headers={"accept-encoding": "br"})
    os.utime(sibling, ns=(0, page.stat().st_mtime_ns - 1))
    site.static.forget()
    stale = await site.client.head("/en/about/", headers={"accept-encoding": "br"})

    assert fresh.headers["content-encoding"] == "br"
    assert "content-encoding" not in stale.headers


async def test_head_tells_the_size_without_the_bytes(site: Site) -> None:
    answer = await site.client.head("/en/", headers={"accept-encoding": "identity"})

    assert answer.headers["content-length"] == str(len(HOME))
    assert answer.content == b""


async def test_an_address_without_its_slash_is_sent_to_it(site: Site) -> None:
    answer = await site.get("/en?a=1")

    assert (answer.status_code, answer.headers["location"]) == (308, "/en/?a=1")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt", "/en/../../secret.txt", "/%2e%2e/secret.txt", "/media/../../secret.txt",
        "/media/..%2f..%2fsecret.txt", "/en/..%5c..%5csecret.txt", "/en//index.html",
        "/.git/config", "/en/%00", "/media/", "/media/m1/", "/en/\u202e", "/en/index.html/",
    ],
)  # fmt: skip
async def test_nothing_outside_the_two_folders_is_served(site: Site, path: str) -> None:
    answer = await site.get(path)

    assert answer.status_code == 404
    assert b"secret" not in answer.content.replace(b"<title>Nothing here</title>", b"")


async def test_an_unknown_page_is_the_designed_one_with_404(site: Site) -> None:
    answer = await site.get("/en/nowhere/")

    assert (answer.status_code, answer.content) == (404, b"<title>Nothing here</title>")


async def test_a_page_that_is_not_written_yet_is_rendered_now(site: Site) -> None:
    rendered = await site.get("/en/p/forgotten/")
    moved = await site.get("/en/p/old/")

    assert (rendered.status_code, rendered.content) == (200, b"<title>Forgotten</title>")
    assert rendered.headers["content-security-policy"] == "default-src 'self'"
    assert (moved.status_code, moved.headers["location"]) == (301, "/en/p/new/")


async def test_the_root_leads_to_the_browsers_language(site: Site) -> None:
    spanish = await site.get("/", accept_language="de, es-MX;q=0.8, en;q=0.5")
    other = await site.get("/", accept_language="de")

    assert (spanish.status_code, spanish.headers["location"]) == (302, "/es/")
    assert other.headers["location"] == "/en/"
    assert spanish.headers["vary"] == "accept-language"


async def test_only_reading_is_allowed(site: Site) -> None:
    answer = await site.client.post("/en/")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


async def test_a_file_too_large_to_keep_is_sent_in_parts(site: Site) -> None:
    large = os.urandom(700_000)
    site.put("media/m1/1280.webp", large)

    assert (await site.get("/media/m1/1280.webp")).content == large


async def test_a_mounted_app_sees_its_own_prefix_and_nothing_else(site: Site) -> None:
    assert (await site.get("/admin/orders")).content == b"/admin/orders"
    assert (await site.get("/admin")).content == b"/admin"
    assert (await site.get("/admining/")).status_code == 404


@pytest.mark.parametrize("header", ["", "*", "es;q=2", "es;q=nan", "es;q=", ";;;", "es;q=-1", "," * 500])
def test_a_strange_language_header_never_fails(header: str) -> None:
    assert preferred_locale(header, ("en", "es")) in {"en", "es"}
