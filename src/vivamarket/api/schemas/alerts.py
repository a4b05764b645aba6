"""Stock alerts: what is sent and what is told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.alerts.model import ALERTS_PER_CUSTOMER_MAX
from vivamarket.api.schemas.account import Email
from vivamarket.api.words import LINE_PATTERN, LocaleCode, SkuText
from vivamarket.kernel.seals import SEALED_LENGTH_MAX


class GuestAlert(Struct, frozen=True, forbid_unknown_fields=True):
    """Where to write when the SKU is back."""

    sku: SkuText
    email: Email
    locale: LocaleCode


class CustomerAlert(Struct, frozen=True, forbid_unknown_fields=True):
    """What to write to the customer about."""

    sku: SkuText
    locale: LocaleCode


class AlertLink(Struct, frozen=True, forbid_unknown_fields=True):
    """What the link in the mail carries."""

    token: Annotated[str, Meta(min_length=1, max_length=SEALED_LENGTH_MAX, pattern=LINE_PATTERN)]


class AlertOut(Struct, frozen=True):
    """An alert that waits. Title and slug are null when the product is not sold any more."""

    id: str
    sku: str
    title: str | None
    slug: str | None
    asked_at: datetime


class AlertList(Struct, frozen=True):
    """What the customer waits for, newest first."""

    items: Annotated[tuple[AlertOut, ...], Meta(max_length=ALERTS_PER_CUSTOMER_MAX)]
