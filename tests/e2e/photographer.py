"""Opens pages in a real browser and keeps what they look like."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as BrowserError
from tests.e2e.conftest import PAGE_TIMEOUT_MILLISECONDS
from tests.e2e.rest import NOTE_LIFE, QUIET_MILLISECONDS, NeverAtRest, Traffic, settled
from tests.e2e.screenshot_pages import PageShown, Visitor

QUALITY = 72
NOT_FOUND = 404
#: Lead to a page as a link of the staff's application would, without loading it all anew.
LEAD = "path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')) }"


@dataclass(frozen=True, slots=True)
class Look:
    """A window, a color scheme and a language."""

    name: str
    title: str
    size: tuple[int, int]
    scheme: Literal["light", "dark"]
    locale: str = "en"


LOOKS = (
    Look("desktop", "Desktop", (1280, 1000), "light"),
    Look("desktop-dark", "Desktop, dark", (1280, 1000), "dark"),
    Look("phone", "Phone", (390, 844), "light"),
    Look("phone-dark-es", "Phone, dark, Spanish", (390, 844), "dark", "es"),
)


@dataclass(frozen=True, slots=True)
class Stories:
    """What happened before the pictures: who has which storage, and what pages can be named by."""

    storages: Mapping[Visitor, Any]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Missed:
    """A page that could not be taken, in which window, and why."""

    page: str
    window: str
    reason: str


class NotThere(Exception):
    """A page of the table does not exist."""


class Photographer:
    """Opens every page once for each window and language, and photographs it there in each color scheme."""

    def __init__(self, browser: Browser, url: str, folder: Path) -> None:
        self._browser = browser
        self._url = url
        self._album = Album(folder)

    @contextmanager
    def context(self, storage: Any, look: Look = LOOKS[0]) -> Iterator[BrowserContext]:
        """Lend a visitor with those cookies and that storage."""
        context = self._browser.new_context(
            base_url=self._url,
            viewport={"width": look.size[0], "height": look.size[1]},
            color_scheme=look.scheme,
            reduced_motion="reduce",
            locale="es-ES" if look.locale == "es" else "en-GB",
            storage_state=storage,
        )
        context.set_default_timeout(PAGE_TIMEOUT_MILLISECONDS)
        context.add_init_script(NOTE_LIFE)
        yield context
        context.close()

    def take(
        self,
        stories: Stories,
        looks: Sequence[Look],
        pages: Sequence[PageShown],
        taken: Callable[[str], None],
    ) -> list[Missed]:
        """Take the pages in those looks and say each one's name; return what could not be taken."""
        missed: list[Missed] = []
        spanish: dict[str, str] = {}
        for _, window in groupby(looks, key=lambda look: (look.size, look.locale)):
            shown_in = list(window)
            for visitor, storage in stories.storages.items():
                wanted = [page for page in pages if page.visitor == visitor]
                if wanted:
                    with self.context(storage, shown_in[0]) as context:
                        visit = Visit(context.new_page(), stories.names, spanish)
                        missed += self._walk(visit, shown_in, wanted, taken)
        self._album.close()
        return missed

    def _walk(
        self, visit: Visit, looks: Sequence[Look], pages: Iterable[PageShown], taken: Callable[[str], None]
    ) -> list[Missed]:
        missed = []
        for shown in pages:
            try:
                visit.open(shown, looks[0])
            except (BrowserError, NotThere, NeverAtRest) as error:
                missed.append(Missed(shown.name, looks[0].title, str(error).splitlines()[0]))
                continue
            for look in looks:
                name = f"{shown.name}-{look.name}"
                self._album.keep(visit.photograph(look), name)
                taken(name)
        return missed


class Visit:
    """One visitor's way through the pages, in one window and one language."""

    def __init__(self, page: Page, names: Mapping[str, str], spanish: dict[str, str]) -> None:
        self._page = page
        self._names = names
        self._spanish = spanish
        self._traffic = Traffic(page)

    def open(self, shown: PageShown, look: Look) -> None:
        """Open the page in the look's language and wait until it rests; raise ``NotThere``."""
        self._page.emulate_media(color_scheme=look.scheme)
        path = shown.path.format_map(self._names)
        if look.locale == "es" and shown.visitor != "staff":
            tail = path.partition("#")[1:]  # the shop keeps it at the switch; the link does not hold it
            path = shown.path_es or self._spanish.get(shown.name) or self._spanish_path(shown, path)
            path += "".join(tail)
        if shown.visitor == "staff" and "/admin/" in self._page.url:
            self._lead_to(path)
        else:
            self._go_to(shown, path)
        self._page.get_by_role("heading", level=1).first.wait_for()
        self._traffic.drawn(quiet_milliseconds=QUIET_MILLISECONDS)
        if look.locale == "en":
            self._note_spanish(shown)

    def photograph(self, look: Look) -> bytes:
        """Return what the page looks like in that color scheme."""
        self._page.emulate_media(color_scheme=look.scheme)
        settled(self._page)
        return self._page.screenshot()

    def _go_to(self, shown: PageShown, path: str) -> None:
        answer = self._page.goto(path)
        if answer is not None and answer.status == NOT_FOUND and shown.name != "not-found":
            raise NotThere(f"{path} is not there")

    def _lead_to(self, path: str) -> None:
        title = self._page.title()
        self._page.evaluate(LEAD, path)
        self._page.wait_for_function("before => document.title !== before", arg=title)

    def _spanish_path(self, shown: PageShown, path: str) -> str:
        self._go_to(shown, path)
        self._traffic.drawn(quiet_milliseconds=QUIET_MILLISECONDS)
        self._note_spanish(shown)
        return self._spanish.get(shown.name, path)

    def _note_spanish(self, shown: PageShown) -> None:
        links = self._page.locator("header a[hreflang='es']")
        if links.count():
            self._spanish[shown.name] = links.first.get_attribute("href") or ""


class Album:
    """Keeps pictures as WebP, while the browser already opens the next page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._presser = ThreadPoolExecutor(1)
        self._pressed: Future[None] | None = None

    def keep(self, picture: bytes, name: str) -> None:
        """Press a picture once the one before is done, so that at most one waits."""
        if self._pressed is not None:
            self._pressed.result()
        self._pressed = self._presser.submit(self._press, picture, name)

    def close(self) -> None:
        """Return once every picture is there."""
        self._presser.shutdown()
        if self._pressed is not None:
            self._pressed.result()

    def _press(self, picture: bytes, name: str) -> None:
        with Image.open(io.BytesIO(picture)) as image:
            image.save(self._folder / f"{name}.webp", quality=QUALITY, method=6)
