"""HTML of the staff's pages."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from vivamarket.api.staff.web import PageResponse
from vivamarket.kernel.money import Money

if TYPE_CHECKING:
    import jinja2

_FOLDER = Path(__file__).parent
STYLE_MAX_AGE_SECONDS = 31_536_000
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
#: A mail is shown as it is, but it may run nothing, fetch nothing and send nothing.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


class Views:
    """Renders templates with the shop's name, the style sheet and the words for amounts and times."""

    def __init__(self, *, shop_name: str, mount_path: str) -> None:
        self._shop_name = shop_name
        self._mount_path = mount_path
        self._style = (_FOLDER / "assets" / "staff.css").read_bytes()
        self._style_version = hashlib.sha256(self._style).hexdigest()[:12]

    def page(self, template: str, *, status: int = 200, **values: object) -> PageResponse:
        """Return a page that nobody may keep, frame or feed with scripts."""
        html = self._templates.get_template(template).render(
            shop=self._shop_name,
            base=self._mount_path,
            style=f"{self._mount_path}/assets/staff.css?v={self._style_version}",
            **values,
        )
        return PageResponse(
            status,
            html.encode(),
            {
                "content-type": "text/html; charset=utf-8",
                "content-security-policy": _POLICY,
                "cache-control": "no-store",
                "referrer-policy": "same-origin",
                "x-content-type-options": "nosniff",
            },
        )

    def style(self) -> PageResponse:
        """Return the style sheet."""
        cache = f"public, max-age={STYLE_MAX_AGE_SECONDS}, immutable"
        return PageResponse(
            200, self._style, {"content-type": "text/css; charset=utf-8", "cache-control": cache}
        )

    def mail_body(self, html: str) -> PageResponse:
        """Return a mail's HTML for its frame; its links open in a new tab."""
        shown = html.replace("<head>", '<head><base target="_blank">', 1)
        return PageResponse(
            200,
            shown.encode(),
            {
                "content-type": "text/html; charset=utf-8",
                "content-security-policy": _MAIL_POLICY,
                "cache-control": "no-store",
                "referrer-policy": "no-referrer",
                "x-content-type-options": "nosniff",
            },
        )

    @cached_property
    def _templates(self) -> jinja2.Environment:
        """Load the template engine at the first page, not at the start of the process."""
        import jinja2

        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_FOLDER / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            # A process keeps the templates it started with, as it keeps its code.
            auto_reload=False,
        )
        environment.filters["money"] = money_text
        environment.filters["time"] = time_text
        environment.filters["words"] = words_text
        environment.filters["percent"] = percent_text
        return environment


def money_text(amount: Money) -> str:
    """Return an amount as English readers write it."""
    from babel.numbers import format_currency

    text: str = format_currency(Decimal(amount.decimal()), amount.currency, locale="en")
    return text


def time_text(moment: datetime) -> str:
    """Return a moment to the second, in UTC."""
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def words_text(code: str) -> str:
    """Return a code such as ``partially_refunded`` or ``payment.succeed`` as words."""
    return code.replace("_", " ").replace(".", ": ")


def percent_text(rate_ppm: int) -> str:
    """Return a rate in parts per million as ``21%`` or ``5.5%``."""
    return f"{Decimal(rate_ppm).scaleb(-4).normalize():f}%"
