"""When a page is at rest: its scripts live, all it asked for is there, and nothing is on its way."""

from __future__ import annotations

import time

from playwright.sync_api import Page, Request

LOOK_MILLISECONDS = 20
REST_SECONDS_MAX = 30.0
#: Longer than any page waits between two questions of its own.
QUIET_MILLISECONDS = 120

#: A colour on its way from one scheme to the other has no contrast worth judging. The browser takes the other
#: scheme up with its next frame, and what inherits a colour may begin its way one frame after that.
_TRANSITIONS_DONE = """async () => {
    const nextFrame = () => new Promise(done => requestAnimationFrame(done));
    const moving = () => document.getAnimations().filter(each => each instanceof CSSTransition);
    await nextFrame();
    await nextFrame();
    for (let rounds = 0; rounds < 5 && moving().length > 0; rounds += 1) {
        await Promise.allSettled(moving().map(each => each.finished));
        await nextFrame();
    }
}"""
#: What a page says itself: the shop's scripts start late, and then say that they live (early/later.ts).
NOTE_LIFE = "addEventListener('viva:alive', () => { window.isAlive = true })"
_IS_DRAWN = """() => {
    const waiting = [...document.querySelectorAll('.skeleton, main [role=progressbar]')];
    const waits = waiting.some(each => each.checkVisibility());
    const lives = window.isAlive === true || document.querySelector('.site-header') === null;
    const inView = image => {
        const { top, bottom, width } = image.getBoundingClientRect();
        return width > 0 && bottom > 0 && top < innerHeight;
    };
    const shown = [...document.images].filter(inView).every(image => image.complete);
    return lives && shown && !waits && document.fonts.status === 'loaded';
}"""


class NeverAtRest(Exception):
    """A page went on asking or drawing for too long."""


def settled(page: Page) -> None:
    """Wait until no colour is on its way to another one."""
    page.evaluate(_TRANSITIONS_DONE)


class Traffic:
    """What a page has asked for and not got yet. Made before the page opens anything."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._pending: set[Request] = set()
        page.on("request", self._asked)
        page.on("requestfinished", self._answered)
        page.on("requestfailed", self._answered)

    def _asked(self, request: Request) -> None:
        if request.is_navigation_request() and request.frame == self._page.main_frame:
            self._pending.clear()  # nobody waits for what the page before has asked
        self._pending.add(request)

    def _answered(self, request: Request) -> None:
        self._pending.discard(request)

    def rest(self, *, quiet_milliseconds: int = 0) -> None:
        """Return once everything has been there for that long; raise ``NeverAtRest`` after half a minute.

        Sooner than Playwright's ``networkidle``, which wants half a second of silence.
        """
        began = time.monotonic()
        quiet_since: float | None = None
        while time.monotonic() - began < REST_SECONDS_MAX:
            settled(self._page)
            if self._pending:
                quiet_since = None
            elif quiet_since is None:
                quiet_since = time.monotonic()
            if quiet_since is not None and (time.monotonic() - quiet_since) * 1000 >= quiet_milliseconds:
                return
            self._page.wait_for_timeout(LOOK_MILLISECONDS)
        raise NeverAtRest(f"{self._page.url} still waits for {[each.url for each in self._pending][:3]}")

    def drawn(self, *, quiet_milliseconds: int) -> None:
        """Return once nothing is asked any more and everything in view is drawn."""
        self._page.wait_for_function(_IS_DRAWN)
        self.rest(quiet_milliseconds=quiet_milliseconds)
        self._page.wait_for_function(_IS_DRAWN)
