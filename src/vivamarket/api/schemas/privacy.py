"""What the shop knows about a customer: asked for, fetched, erased."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.accounts.model import PASSWORD_LENGTH_MAX
from vivamarket.api.schemas.account import CODE_LENGTH_MAX
from vivamarket.api.words import LINE_PATTERN
from vivamarket.privacy.model import REQUESTS_MAX, RequestKind, RequestState


class PrivacyRequestOut(Struct, frozen=True):
    """One request. ``due_at`` is when it is worked on; of a finished export, when its file goes."""

    kind: RequestKind
    state: RequestState
    asked_at: datetime
    due_at: datetime
    finished_at: datetime | None


class PrivacyRequestList(Struct, frozen=True):
    """The customer's newest requests, newest first."""

    items: Annotated[tuple[PrivacyRequestOut, ...], Meta(max_length=REQUESTS_MAX)]


class ErasureWish(Struct, frozen=True, forbid_unknown_fields=True):
    """Who asks for the end: by the mailed code, without one by the password."""

    password: Annotated[str, Meta(max_length=PASSWORD_LENGTH_MAX, pattern=LINE_PATTERN)] = ""
    code: Annotated[str, Meta(max_length=CODE_LENGTH_MAX, pattern=LINE_PATTERN)] = ""
