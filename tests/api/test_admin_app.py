"""The staff's application: its files, its one page for every address, and what a browser may do on it."""

from pathlib import Path

import httpx
import pytest
from tests.helpers.catalog import StillClock

from vivamarket.api import AdminConfig, create_admin_app

PAGE = b"<!doctype html><title>Admin</title>"


@pytest.fixture
def build(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(PAGE)
    (folder / "assets" / "main-abc123.js").write_bytes(b"export {}")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    return folder


@pytest.fixture
def client(build: Path) -> httpx.AsyncClient:
    app = create_admin_app(build, clock=StillClock(), config=AdminConfig())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test")


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/orders", "/admin/orders/VM-1/refund", "/admin/index.html"]
)
async def test_every_address_answers_with_the_one_page(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert (answer.status_code, answer.content) == (200, PAGE)
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-robots-tag"] == "noindex"


async def test_the_page_runs_nothing_but_its_own_files(client: httpx.AsyncClient) -> None:
    policy = (await client.get("/admin/")).headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == "'self'"
    assert "unsafe" not in policy
    assert rules["frame-ancestors"] == "'none'"


async def test_hashed_files_are_kept_for_a_year(client: httpx.AsyncClient) -> None:
    answer = await client.get("/admin/assets/main-abc123.js")

    assert answer.content == b"export {}"
    assert "immutable" in answer.headers["cache-control"]
    assert "content-security-policy" not in answer.headers


async def test_a_file_of_another_release_is_missing(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/admin/assets/main-000000.js")

    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
    assert PAGE not in answer.content


@pytest.mark.parametrize("path", ["/admin/../secret.txt", "/admin/%2e%2e/secret.txt", "/admin//etc/passwd"])
async def test_nothing_outside_the_build_is_served(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert answer.content == PAGE


async def test_the_bare_name_leads_to_the_folder(client: httpx.AsyncClient) -> None:
    answer = await client.get("/admin")

    assert (answer.status_code, answer.headers["location"]) == (308, "/admin/")


async def test_it_only_reads(client: httpx.AsyncClient) -> None:
    answer = await client.post("/admin/", content=b"x")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


async def test_without_a_build_it_says_how_to_make_one(client: httpx.AsyncClient, build: Path) -> None:
    (build / "index.html").unlink()

    answer = await client.get("/admin/")

    assert answer.status_code == 503
    assert "./viva prepare storefront" in answer.text
