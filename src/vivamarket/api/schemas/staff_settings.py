"""The shop's settings as the owner reads and changes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.shop_settings.document import SettingsDocument


class SettingsOut(Struct, frozen=True):
    """The settings that hold, and their version."""

    version: Annotated[int, Meta(description="0 while those of the shop file hold.")]
    settings: SettingsDocument
    changed_at: datetime | None
    needs_restart: Annotated[
        bool,
        Meta(
            description="Name, mail address or currencies differ from those the shop has started with: what "
            "is built with them, such as pages and mails, changes at the next start. All else holds already."
        ),
    ]


class SettingsChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Settings to put in the place of a version."""

    version: Annotated[int, Meta(ge=0, le=2**31 - 2, description="The version they were made from.")]
    settings: SettingsDocument
