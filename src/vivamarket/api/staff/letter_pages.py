"""Dead letters: what failed as often as it may, with its error, and a button to try again."""

from __future__ import annotations

from vivamarket.api.staff.desk import Box, Desk, LetterNotFound
from vivamarket.api.staff.views import Views
from vivamarket.api.staff.visit import Visit
from vivamarket.api.staff.web import PageResponse, see


class LetterPages:
    """The section ``/dead-letters``."""

    def __init__(self, desk: Desk, views: Views, mount_path: str) -> None:
        self._desk = desk
        self._views = views
        self._base = f"{mount_path}/dead-letters"

    async def answer(self, visit: Visit, method: str, parts: tuple[str, ...]) -> PageResponse | None:
        """Answer for the path below ``/dead-letters``; see ``Section``."""
        match (method, *parts):
            case ("GET",):
                letters = await self._desk.letters()
                return self._views.page(
                    "letters.html", section="dead-letters", letters=letters, **visit.common
                )
            case ("POST", "replay"):
                box = visit.request.form.get("box", "")
                if box not in set(Box):
                    raise LetterNotFound("There is no such box of dead letters.")
                await self._desk.replay_letter(Box(box), visit.request.form.get("id", ""))
                return see(f"{self._base}?done=replayed")
        return None
