"""A complete shop, started as a person starts it, and a browser that minds every error in its console."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    TimeoutError,
    ViewportSize,
    sync_playwright,
)
from tests.e2e.browser import find_browser
from tests.e2e.rest import NOTE_LIFE, settled
from tests.helpers.ports import free_port

from vivamarket.settings import CHECKOUT_FOLDER

OPEN_TIMEOUT_SECONDS = 240.0
CLOSE_TIMEOUT_SECONDS = 60.0
PAGE_TIMEOUT_MILLISECONDS = 15_000
AXE = CHECKOUT_FOLDER / "web" / "node_modules" / "axe-core" / "axe.min.js"
AXE_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
#: The rules among them that a color scheme can break; all others judge the same document a second time.
AXE_COLOR_RULES = ("color-contrast", "link-in-text-block")


class ShopUnderTest:
    """A shop on a free port with a data folder of its own; ``viva up`` in a process of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.base_url = f"http://127.0.0.1:{free_port()}"
        self.said = ""
        port = self.base_url.rsplit(":", 1)[1]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "vivamarket.cli", "up", "--port", port, "--data", str(data)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # Webhooks may go to this machine, so that a test can be the receiver.
            env={**os.environ, "COLUMNS": "120", "VIVA_WEBHOOKS_LOCAL": "on"},
        )

    def wait_until_open(self) -> None:
        """Return once the summary stands there; fail with everything that was said."""
        opened = threading.Event()
        assert self._process.stdout is not None
        reader = threading.Thread(target=self._read, args=(self._process.stdout, opened), daemon=True)
        reader.start()
        opened.wait(OPEN_TIMEOUT_SECONDS)
        if "Ctrl-C closes the shop" not in self.said:
            self.close()
            logs = "\n".join(
                f"--- {path.name}\n{path.read_text()[-3000:]}" for path in self.data.glob("logs/*.log")
            )
            pytest.fail(f"the shop did not open:\n{self.said}\n{logs}")
        self._wait_until_published()

    def _wait_until_published(self) -> None:
        """Return once the worker has written every page, so that tests meet a shop at rest."""
        deadline = time.monotonic() + CLOSE_TIMEOUT_SECONDS
        while not (self.data / "pages-state" / "progress.json").exists():
            if time.monotonic() > deadline:
                pytest.fail("the worker did not publish the pages")
            threading.Event().wait(0.1)

    def close(self) -> int:
        """Ask the shop to close, wait for it, and return its exit code."""
        self._process.send_signal(signal.SIGINT)
        try:
            return self._process.wait(CLOSE_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _read(self, output: IO[str], opened: threading.Event) -> None:
        with output:
            for line in output:
                self.said += line
                if "Ctrl-C closes the shop" in line:
                    opened.set()
        opened.set()


class Console:
    """What the browser complained about. A test that expects a complaint allows it by a pattern."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self._allowed: list[re.Pattern[str]] = []

    def allow(self, pattern: str) -> None:
        """Do not mind complaints that hold this pattern."""
        self._allowed.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        """Return the complaints that nobody allowed."""
        return [text for text in self.complaints if not any(p.search(text) for p in self._allowed)]

    def watch(self, page: Page) -> None:
        """Listen to a page from now on."""
        page.on("console", self._on_message)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))

    def _on_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")


@pytest.fixture(scope="session")
def shop() -> Iterator[ShopUnderTest]:
    """The run's one shop, with the demo catalogue."""
    folder = Path(tempfile.mkdtemp(prefix="viva-e2e-"))
    opened = ShopUnderTest(folder / "data")
    opened.wait_until_open()
    yield opened
    assert opened.close() == 0, opened.said
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def base_url(shop: ShopUnderTest) -> str:
    """The shop's address, without a slash at its end."""
    return shop.base_url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The run's one browser."""
    found = find_browser()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=str(found.executable),
            args=list(found.arguments),
            env=dict(found.environ),
        )
        yield launched
        launched.close()


@pytest.fixture
def console() -> Iterator[Console]:
    """Fails the test when the browser complained and nobody expected it."""
    watching = Console()
    yield watching
    assert watching.unexpected() == []


def decided_about_privacy(base_url: str) -> Any:
    """Return the storage of a visitor who has answered the shop's question about privacy with no."""
    consents = [
        {"purpose": purpose, "text_version": "2026-11", "given": False, "at": "2026-11-01T00:00:00Z"}
        for purpose in ("statistics", "marketing")
    ]
    kept = {"name": "viva.consents", "value": json.dumps(consents, separators=(",", ":"))}
    return {"cookies": [], "origins": [{"origin": base_url, "localStorage": [kept]}]}


NewContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser: Browser, base_url: str, console: Console) -> Iterator[NewContext]:
    """Open a fresh visitor: ``new_context(color_scheme="dark", viewport={...}, locale="es-ES")``."""
    opened: list[BrowserContext] = []

    def open_context(**options: Any) -> BrowserContext:
        usual = {
            "base_url": base_url,
            "locale": "en-GB",
            "reduced_motion": "reduce",
            "storage_state": decided_about_privacy(base_url),
        }
        context = browser.new_context(**{**usual, **options})
        context.set_default_timeout(PAGE_TIMEOUT_MILLISECONDS)
        context.on("page", console.watch)
        context.add_init_script(NOTE_LIFE)
        opened.append(context)
        return context

    yield open_context
    for context in opened:
        context.close()


@pytest.fixture
def page(new_context: NewContext) -> Page:
    """A desktop page of a fresh visitor; ``page.goto("/en/")`` is relative to the shop."""
    return new_context(viewport={"width": 1280, "height": 900}).new_page()


@pytest.fixture
def stranger(new_context: NewContext, console: Console) -> Page:
    """A desktop page of somebody who is not signed in; that the server says so is no mishap."""
    console.allow("401")
    return new_context(viewport={"width": 1280, "height": 900}).new_page()


#: Stylesheets are not read a second time (``preload``): only a rule that is not among ours wants them.
_AXE_RUN = """([type, values]) => axe.run(
    document, {runOnly: {type, values}, resultTypes: ['violations'], preload: false}
)"""


def axe_violations(page: Page, *, only_colors: bool = False) -> list[str]:
    """Run axe on the page as it stands and return one line per violation."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    rules = ["rule", list(AXE_COLOR_RULES)] if only_colors else ["tag", list(AXE_RULES)]
    result = page.evaluate(_AXE_RUN, rules)
    return [
        f"{violation['id']}: {violation['help']}: {[node['target'] for node in violation['nodes'][:3]]}"
        for violation in result["violations"]
    ]


DESKTOP_SIZE: ViewportSize = {"width": 1280, "height": 900}
PHONE_SIZE: ViewportSize = {"width": 390, "height": 844}
#: How far the page hangs over its edge, in pixels.
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def sound(page: Page) -> None:
    """Assert that everybody can use the page, and that nothing of it hangs over its edge on a phone.

    axe looks at it on a desktop and on a phone, in light and in dark; each scheme and each width is taken up
    once, for that takes a page longer than the look.
    """
    found = []
    for size, schemes in ((DESKTOP_SIZE, ("light", "dark")), (PHONE_SIZE, ("dark", "light"))):
        page.set_viewport_size(size)
        # Half below the header that stays in view, a button would count as a small target.
        page.evaluate("scrollTo(0, 0)")
        for scheme in schemes:
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            settled(page)
            violations = axe_violations(page, only_colors=scheme == "dark")
            found += [f"{scheme}, {size['width']} px: {violation}" for violation in violations]
    with contextlib.suppress(TimeoutError):  # long words are divided a moment after a page became narrow
        page.wait_for_function(f"() => {OVERHANG} === 0", timeout=2_000)
    overhang = page.evaluate(OVERHANG)
    page.set_viewport_size(DESKTOP_SIZE)
    assert found == [], page.url
    assert overhang == 0, page.url


@dataclass
class Receiver:
    """A merchant's system on this machine: keeps what it was sent."""

    url: str = ""
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    built = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the base class names it so
            body = self.rfile.read(int(self.headers["content-length"]))
            built.calls.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"thank you")

        def log_message(self, format: str, *args: object) -> None:
            """Keep the run quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    built.url = f"http://127.0.0.1:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield built
    server.shutdown()
    server.server_close()
