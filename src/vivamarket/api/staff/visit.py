"""A signed-in browser's request, and what pages say after something was done."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from vivamarket.accounts.model import Staff
from vivamarket.accounts.roles import permissions_of
from vivamarket.accounts.service import csrf_token
from vivamarket.api.staff.permissions import sections_of
from vivamarket.api.staff.web import PageRequest, PageResponse

#: What a redirect may say on the page it leads to, by the word in its address.
NOTICES: Mapping[str, str] = {
    "canceled": "The order is being ended. Its goods are free once the provider has confirmed it.",
    "accepted": "The money is taken as the order's payment.",
    "refunded": "The refund is on its way; its status below says how far it is.",
    "comparing": "The comparison has begun. Reload the page to see its report.",
    "replayed": "It is handed out again.",
    "sent": "It is on its way. Reload the page to see what came of it.",
    "saved": "The endpoint is saved.",
    "enabled": "The endpoint is enabled.",
    "disabled": "The endpoint is disabled. What waits for it goes out once it is enabled again.",
    "deleted": "The endpoint and its log are deleted.",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who is signed in."""

    request: PageRequest
    staff: Staff
    token: str

    @property
    def common(self) -> dict[str, Any]:
        """Return what every page shows."""
        notice = NOTICES.get(self.request.query.get("done", ""), "")
        role = self.staff.role
        return {
            "staff": self.staff,
            "csrf": csrf_token(self.token),
            "notice": notice,
            "sections": sections_of(role),
            "can": frozenset(permissions_of(role)),
        }

    @property
    def is_from_our_form(self) -> bool:
        """Return whether the form carries this session's mark, which only our own pages show."""
        sent = self.request.form.get("csrf", "")
        return hmac.compare_digest(sent.encode(), csrf_token(self.token).encode())


class Section(Protocol):
    """A part of the pages, under its first path segment."""

    async def answer(self, visit: Visit, method: str, parts: tuple[str, ...]) -> PageResponse | None:
        """Answer GET or POST for the path below the section; None when there is no such page.

        A POST comes from a form of ours: that is checked before.
        """
        ...
